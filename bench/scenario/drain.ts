import { request } from 'node:http';

/** Reads an answer and throws its bytes away: to keep 100 MB of it would stall this process and whoever shares its core. */
export async function drain(url: string, headers: Readonly<Record<string, string>>): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const question = request(url, { headers, agent: false, timeout: 120_000 }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${url} answered ${answer.statusCode}`));
      answer.resume().once('end', resolve).once('error', reject);
    });
    question.once('timeout', () => question.destroy(new Error(`no answer within 120 s: ${url}`)));
    question.once('error', reject);
    question.end();
  });
}
