-- Prints the result of a run as one line of JSON. With a file as argument its requests are sent in turn instead of the one
-- on the command line. The file has, for each request, its length in bytes, a line end, and its bytes. A second argument is
-- the number of requests to skip at first.

function init(args)
  if args[1] == nil then return end
  local file = assert(io.open(args[1], "rb"))
  local requests = {}
  for length in file:lines() do
    requests[#requests + 1] = file:read(tonumber(length))
  end
  file:close()
  local last = tonumber(args[2] or "0")
  local count = #requests
  request = function()
    last = last % count + 1
    return requests[last]
  end
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"microseconds":%d,"bytes":%d,"p50":%d,"p99":%d,"p999":%d,' ..
      '"failed":{"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}}\n',
    summary.requests, summary.duration, summary.bytes,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9),
    errors.connect, errors.read, errors.write, errors.status, errors.timeout))
end
