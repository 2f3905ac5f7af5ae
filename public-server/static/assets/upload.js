const pausesMs = [1000, 2000, 4000, 8000, 15_000, 30_000]; // from then on the last one
const giveUpMs = 240_000; // so long after the first failure, no new attempt begins
const stallMs = 60_000; // without a byte going out
const answerMs = 120_000; // after the last byte: some of them may still wait on the way

/** Answers of what lies between us and the server, and of connections that died. */
const lostOnTheWay = [0, 408, 502, 504];

/**
 * Posts the same body until the server answers, with growing pauses; `submission_id` makes it one
 * submission however often it arrives. Resolves to how it ended: ANSWERED (with `status`, `url`,
 * `page`, `retryAfterSeconds`), CANCELLED by the signal, UNREADABLE file, or GAVE_UP.
 */
export async function upload(url, body, { signal, onProgress, onPause }) {
  let failedAt;
  for (let attempt = 0; ; attempt++) {
    const isReadable = await canRead(body.get('resume'));
    if (signal.aborted) return { outcome: 'CANCELLED' };
    if (!isReadable) return { outcome: 'UNREADABLE' };

    const answer = await post(url, body, signal, onProgress);
    if (signal.aborted) return { outcome: 'CANCELLED' };
    if (!lostOnTheWay.includes(answer.status)) return { outcome: 'ANSWERED', ...answer };

    failedAt ??= Date.now();
    if (Date.now() - failedAt > giveUpMs) return { outcome: 'GAVE_UP' };
    const pauseMs = pausesMs[attempt] ?? pausesMs.at(-1);
    onPause(pauseMs);
    await pause(pauseMs, signal);
  }
}

/** A file that was changed, moved or taken away since it was chosen fails like a dead connection. */
async function canRead(file) {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

/** Resolves in any case; the status is 0 when there was no answer. */
function post(url, body, signal, onProgress) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest(); // fetch does not tell how much went out
    const abort = () => request.abort();
    let watch;
    const expectWithin = (ms) => {
      clearTimeout(watch);
      watch = setTimeout(abort, ms);
    };
    request.upload.onprogress = ({ loaded, total }) => {
      expectWithin(stallMs);
      onProgress(loaded, total);
    };
    request.upload.onload = () => expectWithin(answerMs);
    request.onloadend = () => {
      clearTimeout(watch);
      signal.removeEventListener('abort', abort);
      resolve(answerOf(request));
    };
    signal.addEventListener('abort', abort);
    request.open('POST', url);
    request.setRequestHeader('Accept', 'text/html');
    request.responseType = 'document';
    request.send(body);
    expectWithin(stallMs);
  });
}

function answerOf(request) {
  return {
    status: request.status,
    url: request.responseURL,
    page: request.response,
    retryAfterSeconds: Number(request.getResponseHeader('Retry-After')),
  };
}

/** Ends early when the connection is back, or when the signal says so. */
function pause(ms, signal) {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener('online', end);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    addEventListener('online', end);
    signal.addEventListener('abort', end);
  });
}
