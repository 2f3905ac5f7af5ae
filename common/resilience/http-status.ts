/**
 * The status of the HTTP response that an error reports. A response's own status counts, because a
 * `code` is copied from its body: Google's test bench writes "503", other servers a word.
 */
export function httpStatusOf(error: unknown): number | undefined {
  const { response, code } = error as { response?: Partial<Response>; code?: unknown };
  return [response?.statusCode, response?.status, code].map(Number).find(isStatus);
}

/** As the libraries hand it on: `statusCode` of Node, or `status` of fetch. */
interface Response {
  statusCode: unknown;
  status: unknown;
}

function isStatus(value: number): boolean {
  return Number.isInteger(value) && value >= 300 && value <= 599;
}
