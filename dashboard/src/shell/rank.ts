// Which lines of the palette a few letters mean, the best first.

type Titled = { readonly title: string; readonly words?: string };

export function rankItems<Item extends Titled>(
  items: readonly Item[],
  text: string,
): readonly Item[] {
  const wanted = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return items
    .map((item, place) => ({ item, place, rank: rankOf(item, wanted) }))
    .filter(({ rank }) => rank > 0)
    .toSorted((left, right) => right.rank - left.rank || left.place - right.place)
    .map(({ item }) => item);
}

/** 0 where a word is nowhere. */
function rankOf({ title, words = "" }: Titled, wanted: readonly string[]): number {
  let rank = 1;
  for (const word of wanted) {
    const name = title.toLowerCase();
    if (name.startsWith(word)) rank += 4;
    else if (name.includes(` ${word}`)) rank += 3;
    else if (name.includes(word)) rank += 2;
    else if (words.includes(word)) rank += 1;
    else return 0;
  }
  return rank;
}
