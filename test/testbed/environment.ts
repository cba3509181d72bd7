/** Our environment without the variables that configure the product, or that are meant for the tests alone. */
export function inheritedEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('EUREK8S_')));
}
