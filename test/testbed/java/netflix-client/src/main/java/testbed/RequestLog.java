package testbed;

import com.sun.jersey.api.client.ClientHandlerException;
import com.sun.jersey.api.client.ClientRequest;
import com.sun.jersey.api.client.ClientResponse;
import com.sun.jersey.api.client.filter.ClientFilter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/** Counts what the client asks of the server, and reads the hash the server states: the client keeps only its own. */
final class RequestLog extends ClientFilter {
  private static final Pattern HASH = Pattern.compile("\"apps__hashcode\"\\s*:\\s*\"([^\"]*)\"");

  private final Map<String, Integer> counts = new TreeMap<>();
  private String serverHash;
  private int renewals;

  @Override
  public ClientResponse handle(ClientRequest request) {
    String name = request.getMethod() + " " + request.getURI().getPath() + " ";
    try {
      ClientResponse response = getNext().handle(request);
      count(name + response.getStatus());
      if (request.getMethod().equals("GET") && response.getStatus() == 200) readHash(response);
      return response;
    } catch (ClientHandlerException e) {
      count(name + "failed");
      throw e;
    }
  }

  synchronized Map<String, Integer> counts() {
    return new TreeMap<>(counts);
  }

  synchronized String serverHash() {
    return serverHash;
  }

  /** Returns right after a renewal that no registration follows, or when the time is up. */
  synchronized void awaitRenewal(long timeoutMs) throws InterruptedException {
    long deadline = System.currentTimeMillis() + timeoutMs;
    for (int before = renewals; renewals == before; ) {
      long left = deadline - System.currentTimeMillis();
      if (left <= 0) return;
      wait(left);
    }
  }

  private synchronized void count(String key) {
    counts.merge(key, 1, Integer::sum);
    if (!key.startsWith("PUT ") || key.endsWith(" 404")) return;
    renewals++;
    notifyAll();
  }

  private void readHash(ClientResponse response) {
    try {
      byte[] body;
      // Closed here, for nobody else has this stream any more: that gives the connection back to the client's pool of 50.
      try (InputStream in = response.getEntityInputStream()) {
        body = bytes(in);
      }
      response.setEntityInputStream(new ByteArrayInputStream(body));
      boolean gzip = body.length > 1 && body[0] == (byte) 0x1f && body[1] == (byte) 0x8b;
      byte[] plain = gzip ? bytes(new GZIPInputStream(new ByteArrayInputStream(body))) : body;
      Matcher matcher = HASH.matcher(new String(plain, StandardCharsets.UTF_8));
      synchronized (this) {
        if (matcher.find()) serverHash = matcher.group(1);
      }
    } catch (IOException e) {
      throw new ClientHandlerException(e);
    }
  }

  private static byte[] bytes(InputStream in) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] chunk = new byte[8192];
    for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) out.write(chunk, 0, n);
    return out.toByteArray();
  }
}
