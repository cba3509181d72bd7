package testbed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.netflix.loadbalancer.Server;
import com.netflix.niws.loadbalancer.DiscoveryEnabledServer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.client.RestTemplateBuilder;
import org.springframework.cloud.client.loadbalancer.LoadBalanced;
import org.springframework.cloud.netflix.ribbon.SpringClientFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.web.client.RestTemplate;

/**
 * A caller as the fleet has hundreds of: a load-balanced RestTemplate on Ribbon on Eureka. It is told what to call by
 * JSON lines on stdin, answers each with one JSON line on stdout, and ends with stdin.
 */
@SpringBootApplication
public class RibbonClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Bean
  @LoadBalanced
  RestTemplate restTemplate() {
    // Without time-outs a black hole would hold the test for ever.
    return new RestTemplateBuilder().setConnectTimeout(Duration.ofSeconds(2)).setReadTimeout(Duration.ofSeconds(10)).build();
  }

  public static void main(String[] args) throws Exception {
    ConfigurableApplicationContext context = SpringApplication.run(RibbonClient.class, args);
    say(JSON.createObjectNode().put("event", "ready"));
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    // As many at a time as are asked for: a caller of the fleet serves many requests.
    ExecutorService threads = Executors.newCachedThreadPool();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      JsonNode command = JSON.readTree(line);
      threads.execute(() -> answer(context, command));
    }
    context.close();
    System.exit(0);
  }

  private static void answer(ConfigurableApplicationContext context, JsonNode command) {
    ObjectNode answer = JSON.createObjectNode();
    answer.set("id", command.path("id"));
    try {
      run(context, command, answer);
    } catch (RuntimeException e) {
      answer.put("error", e.toString());
    }
    say(answer);
  }

  private static void run(ConfigurableApplicationContext context, JsonNode command, ObjectNode answer) {
    String service = command.path("service").asText();
    switch (command.path("cmd").asText()) {
      case "call":
        call(context.getBean(RestTemplate.class), "http://" + service + command.path("path").asText("/"), answer);
        break;
      case "list":
        list(context.getBean(SpringClientFactory.class), service, answer.putArray("servers"));
        break;
      default:
        answer.put("error", "unknown command");
    }
  }

  private static void call(RestTemplate template, String url, ObjectNode answer) {
    try {
      answer.set("seen", template.getForObject(url, JsonNode.class));
    } catch (RuntimeException e) {
      answer.put("failure", e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }

  private static void list(SpringClientFactory ribbon, String service, ArrayNode servers) {
    for (Server server : ribbon.getLoadBalancer(service).getAllServers()) {
      ObjectNode item = servers.addObject();
      item.put("host", server.getHost()).put("port", server.getPort());
      item.put("zone", server.getZone()).put("alive", server.isAlive()).put("ribbonId", server.getId());
      if (server instanceof DiscoveryEnabledServer) {
        item.put("instanceId", ((DiscoveryEnabledServer) server).getInstanceInfo().getInstanceId());
      }
    }
  }

  private static synchronized void say(JsonNode line) {
    System.out.println(line);
  }
}
