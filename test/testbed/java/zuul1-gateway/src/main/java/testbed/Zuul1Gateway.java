package testbed;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.cloud.netflix.zuul.EnableZuulProxy;

/** Zuul 1 as a fleet runs it: every registered service is served at /{serviceId}/**. */
@SpringBootApplication
@EnableZuulProxy
public class Zuul1Gateway {
  public static void main(String[] args) {
    SpringApplication.run(Zuul1Gateway.class, args);
  }
}
