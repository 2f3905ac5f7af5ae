// Loaded into each server before its own code: its channel to the process that started it closes
// when that process ends in any way, and the server ends too.
const graceMs = 3000;

process.once('disconnect', () => {
  setTimeout(() => process.exit(1), graceMs).unref();
  process.kill(process.pid, 'SIGTERM');
});
process.channel?.unref(); // or the server could not end by itself
