// The navigation of the documentation's site, by what somebody wants to do: the lists of guides in the README, then what there is to look up.
import { posix } from "node:path";
import { type Page, plainText } from "./pages.ts";

export type Entry = { readonly title: string; readonly url: string };
export type Group = { readonly title: string; readonly entries: readonly Entry[] };

const FIRST: readonly string[] = ["docs/guide/first-day.md", "docs/guide/first-hour.md"];

/** All groups, in order. Each page stands in one of them, but for decisions, which their own index lists. */
export function navigationOf(readme: string, pages: readonly Page[]): readonly Group[] {
  const bySource = new Map(pages.map((page) => [page.source, page]));
  const first = FIRST.flatMap((source) => bySource.get(source) ?? []).map(entryOf);
  const guides = guideGroups(readme).map(({ title, links }) => ({
    title,
    entries: links.flatMap(({ text, source }) => {
      const page = bySource.get(source);
      return page === undefined ? [] : [{ title: text, url: page.url }];
    }),
  }));
  const under = (prefix: string): readonly Entry[] =>
    pages
      .filter(({ source }) => source.startsWith(prefix))
      .map(entryOf)
      .sort((one, other) => (one.title.toLowerCase() < other.title.toLowerCase() ? -1 : 1));
  return [
    { title: "Start here", entries: first },
    ...guides,
    {
      title: "Commands",
      entries: pages.filter(({ source }) => source.startsWith("docs/commands/")).map(entryOf),
    },
    { title: "Reference", entries: under("docs/reference/") },
    { title: "Forms of files", entries: under("docs/formats/") },
    { title: "Runbooks", entries: under("docs/runbooks/") },
    {
      title: "How it works inside",
      entries: [
        ...[bySource.get("ARCHITECTURE.md"), bySource.get("docs/decisions/README.md")].flatMap(
          (page) => (page === undefined ? [] : [entryOf(page)]),
        ),
        ...under("docs/contributing/"),
        ...under("docs/design/"),
      ],
    },
    {
      title: "The project",
      entries: pages
        .filter(({ source }) => !source.includes("/") && source !== "ARCHITECTURE.md")
        .map((page) =>
          page.source === "README.md" ? { ...entryOf(page), title: "sallyport" } : entryOf(page),
        ),
    },
  ].filter(({ entries }) => entries.length > 0);
}

/** The lists below `## Guides`: a line in italics is the name of a group, links below it are its pages. */
export function guideGroups(readme: string): readonly {
  readonly title: string;
  readonly links: readonly { readonly text: string; readonly source: string }[];
}[] {
  const part = /^## Guides$([\s\S]*?)(?=^## )/m.exec(readme)?.[1] ?? "";
  return part.split(/^(?=\*[^*\n]+\*$)/m).flatMap((text) => {
    const title = /^\*([^*\n]+)\*$/m.exec(text)?.[1];
    if (title === undefined) return [];
    const links = [...text.matchAll(/\[([^\]]+)\]\((docs\/guide\/[^)#\s]+)\)/g)].map(
      ([, words = "", source = ""]) => ({
        text: sentence(plainText(words)),
        source: posix.normalize(source),
      }),
    );
    return [{ title, links }];
  });
}

function sentence(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

function entryOf({ title, url }: Page): Entry {
  return { title, url };
}
