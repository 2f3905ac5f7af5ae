/** A reply of a mail server (RFC 5321, section 4.2). */
export interface Reply {
  code: number;
  /** The enhanced status code (RFC 3463), such as `5.1.1`. */
  status: string | undefined;
  /** It may hold an address: neither logged nor stored. */
  text: string;
}

/** Undefined unless the text is a refusal, temporary (4xx) or final (5xx). */
export function readRefusal(response: string | undefined): Reply | undefined {
  const [, code, status, text = ''] =
    /^([45]\d\d)(?:[ -]+([45]\.\d{1,3}\.\d{1,3})(?!\S))?[ -]*([^]*)$/.exec(response ?? '') ?? [];
  return code === undefined ? undefined : { code: Number(code), status, text };
}

/** `550 5.1.1`, or `550` without an enhanced code. */
export function codeOf({ code, status }: Reply): string {
  return status === undefined ? String(code) : `${code} ${status}`;
}
