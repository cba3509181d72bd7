package testbed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.netflix.appinfo.ApplicationInfoManager;
import com.netflix.appinfo.InstanceInfo;
import com.netflix.appinfo.InstanceInfo.InstanceStatus;
import com.netflix.appinfo.MyDataCenterInstanceConfig;
import com.netflix.appinfo.providers.EurekaConfigBasedInstanceInfoProvider;
import com.netflix.discovery.DefaultEurekaClientConfig;
import com.netflix.discovery.DiscoveryClient;
import com.netflix.discovery.EurekaClient;
import com.netflix.discovery.shared.Application;
import com.netflix.discovery.shared.transport.jersey3.Jersey3TransportClientFactories;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;

/**
 * Netflix's own client of generation 2 (Jersey 3, jakarta) without Spring, configured by -Deureka.* alone. It registers
 * itself, is told what to do by JSON lines on stdin, and ends with stdin, deregistering first.
 */
public final class NetflixClient2 {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final EurekaClient client;

  private NetflixClient2() {
    MyDataCenterInstanceConfig config = new MyDataCenterInstanceConfig() {
      @Override
      public String getHostName(boolean refresh) {
        return "127.0.0.1";
      }

      @Override
      public String getIpAddress() {
        return "127.0.0.1";
      }
    };
    InstanceInfo info = new EurekaConfigBasedInstanceInfoProvider(config).get();
    ApplicationInfoManager self = new ApplicationInfoManager(config, info);
    client = new DiscoveryClient(self, new DefaultEurekaClientConfig(), Jersey3TransportClientFactories.getInstance());
    self.setInstanceStatus(InstanceStatus.UP);
  }

  public static void main(String[] args) throws Exception {
    NetflixClient2 app = new NetflixClient2();
    System.out.println(JSON.createObjectNode().put("event", "ready"));
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      JsonNode command = JSON.readTree(line);
      ObjectNode answer = JSON.createObjectNode();
      answer.set("id", command.path("id"));
      try {
        app.run(command, answer);
      } catch (IOException | RuntimeException e) {
        answer.put("error", e.toString());
      }
      System.out.println(answer);
    }
    app.client.shutdown();
    System.exit(0);
  }

  private void run(JsonNode command, ObjectNode answer) throws IOException {
    String service = command.path("service").asText();
    switch (command.path("cmd").asText()) {
      case "call":
        // The client's own round robin over the vip.
        InstanceInfo next = client.getNextServerFromEureka(service, false);
        answer.set("host", get("http://" + next.getHostName() + ":" + next.getPort() + "/whoami").path("host"));
        break;
      case "view":
        ObjectNode found = answer.putObject("instances");
        Application application = client.getApplication(service);
        if (application == null) break;
        for (InstanceInfo instance : application.getInstancesAsIsFromEureka()) {
          found.put(instance.getHostName() + ":" + instance.getPort(), instance.getStatus().name());
        }
        break;
      default:
        answer.put("error", "unknown command");
    }
  }

  private static JsonNode get(String url) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
    connection.setConnectTimeout(2000);
    connection.setReadTimeout(10000);
    try (InputStream in = connection.getInputStream()) {
      return JSON.readTree(in);
    }
  }
}
