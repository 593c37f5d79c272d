// Paths that mean another place for each process that follows them: the links below /proc on Linux.

/** Whether the path is the directory of whoever asks, which is us here and the command there. */
export function isOwnProcess(path: string): boolean {
  return path === "/proc/self" || path === "/proc/thread-self";
}

/** Whether a link at this path may lead each process elsewhere, so that where it leads us says nothing. */
export function leadsElsewhere(path: string): boolean {
  return path.startsWith("/proc/") && path !== "/proc/mounts" && path !== "/proc/net";
}

/** Whether a link at this path leads to what belongs to whoever follows it: its own directory and descriptors. */
export function isOfFollower(path: string): boolean {
  return /^\/proc\/(?:self|thread-self)\/(?:cwd|fd\/\d+)$/.test(path);
}

/** Whether a link at this path is the root of a process, which is ours wherever nobody lives in a container. */
export function isRootOfProcess(path: string): boolean {
  return /^\/proc\/(?:self|thread-self|\d+)\/(?:task\/\d+\/)?root$/.test(path);
}

/** What the system shows of a process at a path below its own: `root/etc`, `fd/3`. */
export function shownOf(pid: number | "self", path: string): string {
  return `/proc/${pid}/${path}`;
}

/** Where a process says its errors, for who may write there. `pid` is its number, or a word that stands for it. */
export function errorsOf(pid: string): string {
  return `/proc/${pid}/fd/2`;
}
