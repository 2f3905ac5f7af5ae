export interface UploadRequest {
  metadata: { contentType?: string; md5Hash?: string; [key: string]: unknown };
  bytes: Buffer;
}

/** The two parts of a multipart/related upload: the metadata in JSON, then the bytes. */
export function parseUpload(contentType: string, body: Buffer): UploadRequest {
  const boundary = /boundary=([^;]+)/.exec(contentType)?.[1];
  const delimiter = Buffer.from(`--${boundary}`);
  const first = partAfter(body, delimiter, 0);
  const second = partAfter(body, delimiter, first.end);
  return {
    metadata: JSON.parse(first.bytes.toString()) as UploadRequest['metadata'],
    bytes: second.bytes,
  };
}

function partAfter(body: Buffer, delimiter: Buffer, from: number) {
  const start = body.indexOf(delimiter, from);
  const content = body.indexOf('\r\n\r\n', start) + 4;
  const end = body.indexOf(Buffer.concat([Buffer.from('\r\n'), delimiter]), content);
  if (start < 0 || content < 4 || end < 0) throw new Error('Not a multipart/related body');
  return { bytes: body.subarray(content, end), end };
}
