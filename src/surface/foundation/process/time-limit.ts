// A limit on waiting: the promise, or what is said when it takes too long.

/**
 * Settles like `promise`, or like `late()` after `limitMs`. A promise that fails after the limit is ignored: its place
 * has been taken. A timer cannot interrupt code that never yields.
 */
export async function within<Value, Late>(
  promise: Promise<Value>,
  limitMs: number,
  late: () => Late,
): Promise<Value | Late> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise, limit.then(late)]);
  } finally {
    clearTimeout(timer);
  }
}
