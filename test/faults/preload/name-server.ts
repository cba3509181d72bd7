// Loaded before the program (`node --import`): the name servers of the system are those of NAME_SERVER, as if
// /etc/resolv.conf named them, which cannot name a port.
import { promises, setServers } from 'node:dns';

const server = process.env['NAME_SERVER'] ?? '';
setServers([server]);
const System = promises.Resolver;
promises.Resolver = class extends System {
  constructor(...options: ConstructorParameters<typeof System>) {
    super(...options);
    this.setServers([server]);
  }
};
