// Lists that a setting or an option gives as one text.

/** The parts between commas, without the white space around them and without the empty ones. */
export function commaList(text: string | undefined): readonly string[] {
  return (text ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
