package testbed;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.loadbalancer.LoadBalanced;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A caller as current Spring Cloud makes them: a load-balanced RestClient on Spring Cloud LoadBalancer, which also
 * registers itself. It is told what to call by JSON lines on stdin, answers each with one JSON line on stdout, and ends
 * with stdin, deregistering first.
 */
@SpringBootApplication
public class SpringClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Bean
  @LoadBalanced
  RestClient.Builder balanced() {
    // Named, because the reactive one, which comes with WebClient, asks DNS itself and so misses the test bed's names.
    return RestClient.builder().requestFactory(new JdkClientHttpRequestFactory());
  }

  /** For the eureka client itself, which would otherwise look for Eureka in Eureka. */
  @Bean
  @Primary
  RestClient.Builder plain() {
    return RestClient.builder();
  }

  public static void main(String[] args) throws Exception {
    ConfigurableApplicationContext context = SpringApplication.run(SpringClient.class, args);
    RestClient client = context.getBean(Calls.class).client;
    System.out.println(JSON.createObjectNode().put("event", "ready"));
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      JsonNode command = JSON.readTree(line);
      ObjectNode answer = JSON.createObjectNode();
      answer.set("id", command.path("id"));
      try {
        run(context.getBean(DiscoveryClient.class), client, command, answer);
      } catch (RuntimeException e) {
        answer.put("error", e.toString());
      }
      System.out.println(answer);
    }
    context.close();
    System.exit(0);
  }

  @Bean
  Calls calls(@Qualifier("balanced") RestClient.Builder builder) {
    return new Calls(builder.build());
  }

  record Calls(RestClient client) {}

  private static void run(DiscoveryClient discovery, RestClient client, JsonNode command, ObjectNode answer) {
    String service = command.path("service").asString();
    switch (command.path("cmd").asString()) {
      case "call" -> {
        String seen = client.get().uri("http://" + service + "/whoami").retrieve().body(String.class);
        answer.set("host", JSON.readTree(seen).path("host"));
      }
      case "view" -> {
        ObjectNode found = answer.putObject("instances");
        for (ServiceInstance instance : discovery.getInstances(service)) {
          found.put(instance.getHost() + ":" + instance.getPort(), "UP"); // it offers no others
        }
      }
      default -> answer.put("error", "unknown command");
    }
  }
}
