package testbed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.netflix.client.config.CommonClientConfigKey;
import com.netflix.client.config.DefaultClientConfigImpl;
import com.netflix.discovery.EurekaClient;
import com.netflix.loadbalancer.AvailabilityFilteringRule;
import com.netflix.loadbalancer.DummyPing;
import com.netflix.loadbalancer.PollingServerListUpdater;
import com.netflix.loadbalancer.Server;
import com.netflix.loadbalancer.ZoneAffinityServerListFilter;
import com.netflix.loadbalancer.ZoneAwareLoadBalancer;
import com.netflix.niws.loadbalancer.DiscoveryEnabledNIWSServerList;
import com.netflix.niws.loadbalancer.DiscoveryEnabledServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.util.HashMap;
import java.util.Map;

/** Calls through Netflix's own Ribbon: one balancer per vip, on the registry of the given client. */
final class RibbonCalls {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final EurekaClient client;
  private final Map<String, ZoneAwareLoadBalancer<DiscoveryEnabledServer>> balancers = new HashMap<>();

  RibbonCalls(EurekaClient client) {
    this.client = client;
  }

  void call(String vip, String path, ObjectNode answer) {
    try {
      answer.set("seen", get(vip, path));
    } catch (IOException | RuntimeException e) {
      answer.put("failure", e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }

  void list(String vip, ArrayNode servers) {
    for (Server server : balancer(vip).getAllServers()) {
      ObjectNode item = servers.addObject();
      item.put("host", server.getHost()).put("port", server.getPort());
      item.put("zone", server.getZone()).put("alive", server.isAlive()).put("ribbonId", server.getId());
      item.put("instanceId", ((DiscoveryEnabledServer) server).getInstanceInfo().getInstanceId());
    }
  }

  private JsonNode get(String vip, String path) throws IOException {
    Server server = balancer(vip).chooseServer(null);
    if (server == null) throw new IllegalStateException("no server for " + vip);
    URL url = new URL("http://" + server.getHostPort() + path);
    HttpURLConnection connection = (HttpURLConnection) url.openConnection();
    connection.setConnectTimeout(2000);
    connection.setReadTimeout(10000);
    try (InputStream in = connection.getInputStream()) {
      return JSON.readTree(in);
    }
  }

  private ZoneAwareLoadBalancer<DiscoveryEnabledServer> balancer(String vip) {
    return balancers.computeIfAbsent(vip, name -> {
      DefaultClientConfigImpl config = new DefaultClientConfigImpl();
      config.loadProperties(name);
      config.set(CommonClientConfigKey.DeploymentContextBasedVipAddresses, name);
      config.set(CommonClientConfigKey.ServerListRefreshInterval, 500);
      return new ZoneAwareLoadBalancer<>(
          config,
          new AvailabilityFilteringRule(),
          new DummyPing(),
          new DiscoveryEnabledNIWSServerList(config, () -> client),
          new ZoneAffinityServerListFilter<>(config),
          new PollingServerListUpdater(config));
    });
  }
}
