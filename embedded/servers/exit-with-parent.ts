// Loaded into each server before its own code. The channel to the process that started the server
// closes when that process ends in any way; then the server ends too.
const graceMs = 3000;

process.once('disconnect', () => {
  setTimeout(() => process.exit(1), graceMs).unref();
  process.kill(process.pid, 'SIGTERM');
});
process.channel?.unref(); // otherwise it would keep the server running
