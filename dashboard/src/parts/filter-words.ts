// What a filter's word can be completed to where the cursor stands.

/** One field of a filter language, and the values that it can have where they are few. */
export type FilterWord = {
  readonly name: string;
  readonly about: string;
  readonly values?: readonly string[];
};
export type Completion = { readonly word: string; readonly about: string };

const OPENING = /^[(-]*/;

/** The word at the cursor as far as it is typed, without what opens it. */
function typedAt(text: string, cursor: number): { readonly typed: string; readonly from: number } {
  const start = text.slice(0, cursor).search(/\S*$/);
  const opening = OPENING.exec(text.slice(start, cursor))?.[0].length ?? 0;
  return { typed: text.slice(start + opening, cursor), from: start + opening };
}

export function completions(
  text: string,
  cursor: number,
  words: readonly FilterWord[],
): readonly Completion[] {
  const { typed } = typedAt(text, cursor);
  const colon = typed.indexOf(":");
  if (colon < 0)
    return typed === ""
      ? []
      : words
          .filter(({ name }) => name.startsWith(typed.toLowerCase()))
          .map(({ name, about }) => ({ word: `${name}:`, about }));
  const field = words.find(({ name }) => name === typed.slice(0, colon));
  const value = typed.slice(typed.lastIndexOf(",") + 1).replace(/^.*:/, "");
  const kept = typed.slice(0, typed.length - value.length);
  return (field?.values ?? [])
    .filter((one) => one.startsWith(value) && one !== value)
    .map((one) => ({ word: `${kept}${one}`, about: "" }));
}

/** The text with the word at the cursor completed, and where the cursor stands then. */
export function completed(
  text: string,
  cursor: number,
  word: string,
): { readonly text: string; readonly cursor: number } {
  const { from } = typedAt(text, cursor);
  const space = word.endsWith(":") || text[cursor] === " " ? "" : " ";
  return {
    text: `${text.slice(0, from)}${word}${space}${text.slice(cursor)}`,
    cursor: from + word.length + space.length,
  };
}
