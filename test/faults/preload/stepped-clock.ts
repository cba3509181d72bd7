// Loaded before the program (`node --import`): on each SIGUSR2 the clock of the process is set by the next of the
// milliseconds in STEPS, as when somebody sets the clock of a machine. Timers go by another clock and do not notice.
const steps = (process.env['STEPS'] ?? '').split(',').map(Number);
const machine = Date.now;
let ahead = 0;
process.on('SIGUSR2', () => void (ahead += steps.shift() ?? 0));

Date.now = () => machine() + ahead;
globalThis.Date = new Proxy(Date, {
  construct: (target, given, made) =>
    Reflect.construct(target, given.length === 0 ? [Date.now()] : given, made) as object,
});
