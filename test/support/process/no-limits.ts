/** For a public server that gets more from one address than people send. */
export const noLimits = {
  RATE_LIMIT_MAX: '1000000',
  RATE_LIMIT_TOTAL_MAX: '0',
  CONNECTIONS_PER_NETWORK_MAX: '1000000',
};
