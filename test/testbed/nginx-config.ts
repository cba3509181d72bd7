/** Host (without port; `*.example.test` is allowed) to the URL of its backend (scheme, host and port). */
export type Routes = ReadonlyMap<string, string>;

export interface NginxSettings {
  readonly dir: string;
  readonly port: number;
  /** The value of a header of the default server, which shows which configuration is in force. */
  readonly generation: number;
  readonly routes: Routes;
}

export function nginxConfig({ dir, port, generation, routes }: NginxSettings): string {
  // As root, workers would become `nobody`, who may not enter a private temporary directory.
  const user = process.getuid?.() === 0 ? 'user root;\n' : '';
  const servers = [...routes].map(([host, backend]) => server(port, host, backend));
  return `${user}daemon off;
worker_processes 1;
pid "${dir}/nginx.pid";
error_log stderr notice;
events { worker_connections 1024; }
http {
  client_body_temp_path "${dir}/body";
  proxy_temp_path "${dir}/proxy";
  fastcgi_temp_path "${dir}/fastcgi";
  uwsgi_temp_path "${dir}/uwsgi";
  scgi_temp_path "${dir}/scgi";
  log_format routed '$http_host $status $upstream_addr $request_method $request_uri';
  access_log "${dir}/access.log" routed;
  server_names_hash_bucket_size 256;
  client_max_body_size 0;
  proxy_http_version 1.1;
  proxy_connect_timeout 2s;
  # As the client sent it, with its port: what callers put there is what tests want to see at the backend.
  proxy_set_header Host $http_host;
  proxy_set_header Connection "";
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
  server {
    listen 127.0.0.1:${port} default_server;
    server_name _;
    access_log off;
    add_header X-Generation ${generation} always;
    return 404;
  }
${servers.join('')}}
`;
}

function server(port: number, host: string, backend: string): string {
  if (!/^(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(host)) throw new Error(`not a host to route: ${host}`);
  // `origin` drops any path, so proxy_pass has no URI part and the request's path goes on byte for byte.
  return `  server {
    listen 127.0.0.1:${port};
    server_name ${host};
    location / { proxy_pass ${new URL(backend).origin}; }
  }
`;
}
