package testbed;

import io.netty.resolver.DefaultAddressResolverGroup;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.context.annotation.Bean;

/** Spring Cloud Gateway as a fleet runs it: every registered service is served at /{serviceId}/**. */
@SpringBootApplication
public class Gateway {
  public static void main(String[] args) {
    SpringApplication.run(Gateway.class, args);
  }

  /** Java's resolver, to which the test bed gives its names, in place of netty's own. */
  @Bean
  HttpClientCustomizer resolver() {
    return client -> client.resolver(DefaultAddressResolverGroup.INSTANCE);
  }
}
