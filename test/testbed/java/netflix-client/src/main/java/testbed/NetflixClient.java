package testbed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.netflix.appinfo.ApplicationInfoManager;
import com.netflix.appinfo.InstanceInfo;
import com.netflix.appinfo.InstanceInfo.InstanceStatus;
import com.netflix.appinfo.InstanceInfo.PortType;
import com.netflix.appinfo.MyDataCenterInstanceConfig;
import com.netflix.appinfo.providers.EurekaConfigBasedInstanceInfoProvider;
import com.netflix.discovery.CacheRefreshedEvent;
import com.netflix.discovery.DefaultEurekaClientConfig;
import com.netflix.discovery.DiscoveryClient;
import com.netflix.discovery.shared.Application;
import com.netflix.discovery.shared.Applications;
import com.netflix.servo.monitor.Counter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.TreeMap;

/**
 * Netflix's own client without Spring, configured by -Deureka.* alone. It prints one JSON line for each change of its
 * registry, answers JSON lines on stdin, and ends with stdin (deregistering first when it had registered).
 */
public final class NetflixClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RequestLog requests = new RequestLog();
  private final ApplicationInfoManager self;
  private final DiscoveryClient client;
  private final RibbonCalls ribbon;
  private ObjectNode printed;

  private NetflixClient() {
    MyDataCenterInstanceConfig config = new MyDataCenterInstanceConfig() {
      @Override
      public String getHostName(boolean refresh) {
        return System.getProperty("testbed.host", "127.0.0.1");
      }

      @Override
      public String getIpAddress() {
        return "127.0.0.1";
      }
    };
    self = new ApplicationInfoManager(config, new EurekaConfigBasedInstanceInfoProvider(config).get());
    DiscoveryClient.DiscoveryClientOptionalArgs args = new DiscoveryClient.DiscoveryClientOptionalArgs();
    args.setAdditionalFilters(Collections.singletonList(requests));
    client = new DiscoveryClient(self, new DefaultEurekaClientConfig(), args);
    self.setInstanceStatus(InstanceStatus.UP);
    client.registerEventListener(event -> {
      if (event instanceof CacheRefreshedEvent) printChange();
    });
    ribbon = new RibbonCalls(client);
  }

  public static void main(String[] args) throws Exception {
    NetflixClient app = new NetflixClient();
    say(JSON.createObjectNode().put("event", "ready"));
    app.printChange();
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) app.answer(line);
    app.stop();
    System.exit(0);
  }

  /** The client's deregistration races its own renewals: one that comes second is answered 404, and registers again. */
  private void stop() throws InterruptedException {
    if (client.getEurekaClientConfig().shouldRegisterWithEureka()) requests.awaitRenewal(3000);
    client.shutdown();
    ObjectNode line = JSON.createObjectNode().put("event", "stopped");
    requests.counts().forEach(line.putObject("requests")::put);
    say(line);
  }

  private void answer(String line) throws IOException {
    JsonNode command = JSON.readTree(line);
    ObjectNode answer = JSON.createObjectNode();
    answer.set("id", command.path("id"));
    try {
      run(command, answer);
    } catch (Exception e) {
      answer.put("error", e.toString());
    }
    say(answer);
  }

  private void run(JsonNode command, ObjectNode answer) throws ReflectiveOperationException {
    String vip = command.path("service").asText();
    switch (command.path("cmd").asText()) {
      case "stats":
        requests.counts().forEach(answer.putObject("requests")::put);
        answer.put("hashMismatches", hashMismatches());
        break;
      case "registry":
        answer.setAll(registry());
        break;
      case "status":
        self.setInstanceStatus(InstanceStatus.valueOf(command.path("status").asText()));
        break;
      case "call":
        ribbon.call(vip, command.path("path").asText("/"), answer);
        break;
      case "list":
        ribbon.list(vip, answer.putArray("servers"));
        break;
      default:
        answer.put("error", "unknown command");
    }
  }

  /** The client's own count: each is a delta after which the hashes differed, so a full fetch that should not be. */
  private int hashMismatches() throws ReflectiveOperationException {
    Field field = DiscoveryClient.class.getDeclaredField("RECONCILE_HASH_CODES_MISMATCH");
    field.setAccessible(true);
    return ((Counter) field.get(client)).getValue().intValue();
  }

  private synchronized void printChange() {
    ObjectNode now = registry();
    if (now.equals(printed)) return;
    printed = now;
    say(JSON.createObjectNode().put("event", "registry").setAll(now));
  }

  private ObjectNode registry() {
    Applications applications = client.getApplications();
    ObjectNode registry = JSON.createObjectNode();
    registry.put("clientHash", applications.getReconcileHashCode()).put("serverHash", requests.serverHash());
    ObjectNode apps = registry.putObject("apps");
    TreeMap<String, Application> byName = new TreeMap<>();
    for (Application application : applications.getRegisteredApplications()) byName.put(application.getName(), application);
    byName.forEach((name, application) -> addInstances(application, apps.putArray(name)));
    return registry;
  }

  private static void addInstances(Application application, ArrayNode list) {
    TreeMap<String, InstanceInfo> byId = new TreeMap<>();
    for (InstanceInfo instance : application.getInstancesAsIsFromEureka()) byId.put(instance.getId(), instance);
    for (InstanceInfo instance : byId.values()) {
      ObjectNode item = list.addObject();
      item.put("instanceId", instance.getId()).put("host", instance.getHostName());
      item.put("port", instance.getPort()).put("status", instance.getStatus().name());
      item.put("ip", instance.getIPAddr()).put("vip", instance.getVIPAddress());
      if (instance.isPortEnabled(PortType.SECURE)) item.put("securePort", instance.getSecurePort());
      instance.getMetadata().forEach(item.putObject("metadata")::put);
    }
  }

  private static synchronized void say(JsonNode line) {
    System.out.println(line);
  }
}
