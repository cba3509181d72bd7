/** How a Spring instance finds itself in the registry, as its own health shows it (with `show-details: always`). */
export function remoteStatus(health: string): string | undefined {
  const { components } = JSON.parse(health) as {
    readonly components?: {
      readonly discoveryComposite?: { readonly components?: { readonly eureka?: { readonly status: string } } };
    };
  };
  return components?.discoveryComposite?.components?.eureka?.status;
}
