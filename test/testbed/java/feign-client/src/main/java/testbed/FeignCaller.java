package testbed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.http.HttpMessageConverters;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.openfeign.FeignClientBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;

/**
 * A caller with Feign (on Ribbon) that also registers itself. It is told what to call by JSON lines on stdin, answers
 * each with one JSON line on stdout, and ends with stdin, deregistering first.
 */
@SpringBootApplication
public class FeignCaller {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What an application would declare with {@code @FeignClient("alice")}; here the name comes with the command. */
  interface Service {
    @GetMapping("/whoami")
    String whoami();
  }

  /** Usually comes with the web starter. */
  @Bean
  HttpMessageConverters converters() {
    return new HttpMessageConverters();
  }

  public static void main(String[] args) throws Exception {
    ConfigurableApplicationContext context = SpringApplication.run(FeignCaller.class, args);
    System.out.println(JSON.createObjectNode().put("event", "ready"));
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      JsonNode command = JSON.readTree(line);
      ObjectNode answer = JSON.createObjectNode();
      answer.set("id", command.path("id"));
      try {
        run(context, command, answer);
      } catch (Exception e) {
        answer.put("error", e.toString());
      }
      System.out.println(answer);
    }
    context.close();
    System.exit(0);
  }

  private static void run(ConfigurableApplicationContext context, JsonNode command, ObjectNode answer) throws Exception {
    String service = command.path("service").asText();
    switch (command.path("cmd").asText()) {
      case "call":
        Service feign = new FeignClientBuilder(context).forType(Service.class, service).build();
        answer.set("host", JSON.readTree(feign.whoami()).path("host"));
        break;
      case "view":
        ObjectNode found = answer.putObject("instances");
        for (ServiceInstance instance : context.getBean(DiscoveryClient.class).getInstances(service)) {
          found.put(instance.getHost() + ":" + instance.getPort(), "UP"); // it offers no others
        }
        break;
      default:
        answer.put("error", "unknown command");
    }
  }
}
