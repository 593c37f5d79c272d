// Names as file systems compare them that disregard case and the form of letters: APFS, HFS+, NTFS, ext4 with case folding.

/** Characters that HFS+ leaves out when it compares names. */
const IGNORED = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;
const ASCII = /^[\0-\x7f]*$/;

/**
 * A name in a form that is equal for names which some file system takes for the same file: `.ENV` and `.env`, letters with
 * their marks in one character or in two, `id_r\u017fa` and `id_rsa`. WHY for every file system: which one a path lies on is not
 * known where nothing exists yet, and a name that only looks like a secret is rare.
 */
export function foldName(name: string): string {
  if (ASCII.test(name)) return name.toLowerCase();
  return name.replace(IGNORED, "").normalize("NFC").toUpperCase().toLowerCase().normalize("NFC");
}
