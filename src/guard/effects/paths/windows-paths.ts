// Paths as Windows writes them: what they name where Windows' disks are mounted, and inside of WSL.

const DRIVE = /^([A-Za-z]):[\\/]/;
const DISTRIBUTION = /^[\\/]{2}(?:wsl\$|wsl\.localhost)[\\/]+[^\\/]+/i;
const DEVICE = /^[\\/]{2}[?.][\\/]/;

/**
 * The paths that a word may name besides itself: `C:\Users\x` is `/mnt/c/Users/x` in WSL, `/c/Users/x` and
 * `/cygdrive/c/Users/x` elsewhere; `\\wsl$\Debian\home\x` is `/home/x`. WHY besides: to Linux a backslash is a letter of a name.
 */
export function windowsForms(word: string): readonly string[] {
  if (!/[\\:$]/.test(word)) return [];
  const plain = word.replace(DEVICE, "");
  const drive = DRIVE.exec(plain);
  if (drive !== null) {
    const rest = `${(drive[1] ?? "").toLowerCase()}/${named(plain.slice(drive[0].length))}`;
    return ["/mnt/", "/", "/cygdrive/"].map((start) => start + rest);
  }
  const distribution = DISTRIBUTION.exec(plain);
  if (distribution !== null) return [named(plain.slice(distribution[0].length)) || "/"];
  // A name in a directory below: `.ssh\\id_rsa`.
  return plain.includes("\\") && !/^[\\/]/.test(plain) ? [named(plain)] : [];
}

/** With slashes, and without what Windows leaves out: a stream behind a colon, dots and spaces at the end of a name. */
function named(path: string): string {
  return path
    .replace(/\\+/g, "/")
    .split("/")
    .map((part) => (/^\.+$/.test(part) ? part : part.replace(/:.*$/s, "").replace(/[. ]+$/, "")))
    .join("/");
}
