// Names in letters that look like those of another alphabet.

/** Letters of other scripts that look like Latin ones, and digits that look like letters. */
const ALIKE: ReadonlyMap<string, string> = new Map(
  (
    "аaеeоoрpсcхxуyіiјjѕsԁdԛqԝwһhӏlοoαaνvιiκkρpτtυuΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧX" +
    "АAВBЕEКKМMНHОOРPСCТTХX0o1l"
  )
    .match(/../gu)
    ?.map((pair) => [pair.slice(0, 1), pair.slice(1)] as const) ?? [],
);

/** A name in letters that look like its own: `gіthub` with a Cyrillic `і` and `github` are one. */
export function plainLetters(name: string): string {
  return [...name.normalize("NFKC")].map((letter) => ALIKE.get(letter) ?? letter).join("");
}

/** Whether a word of a name mixes Latin letters with letters of another alphabet that look like them. Total. */
export function hasAlienLetters(name: string): boolean {
  if (!/[^\p{ASCII}]/u.test(name)) return false;
  const words = name.slice(0, 4_096).match(/\p{L}+/gu) ?? [];
  return words.some((word) => /[A-Za-z]/.test(word) && hasOnlyAlike(word));
}

/** Whether all letters beside Latin ones look like Latin ones, and there are some. */
export function hasOnlyAlike(word: string): boolean {
  const foreign = word.match(/[^\p{ASCII}]/gu) ?? [];
  return foreign.length > 0 && foreign.every((letter) => ALIKE.has(letter));
}
