// The pages of the documentation's site: which files of the repository they are made of, and where each lies.
import { posix } from "node:path";
import { anchorOf } from "../checks/decision-pages.ts";

/** A page as Markdown. */
export type Page = {
  /** Path in the repository; of a page that is made here, where it would lie. Links are relative to it. */
  readonly source: string;
  /** Path below the folder of the site. */
  readonly url: string;
  readonly title: string;
  readonly markdown: string;
};

/** Files at the top of the repository that are pages too. */
const TOP = [
  "README.md",
  "SECURITY.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "STYLE.md",
  "AGENTS.md",
  "CHANGELOG.md",
  "THIRD-PARTY.md",
] as const;

/** Every page that is written in the repository, by its path there. */
export function writtenPages(
  files: readonly { readonly path: string; readonly text: string | undefined }[],
): readonly Page[] {
  return files.flatMap(({ path, text }) => {
    if (text === undefined || !path.endsWith(".md")) return [];
    if (!path.startsWith("docs/") && !TOP.some((name) => name === path)) return [];
    return [{ source: path, url: urlOf(path), title: titleOf(text, path), markdown: text }];
  });
}

/** Where the page of a file lies: `docs/` is left out, a `README` is the index of its folder. */
export function urlOf(path: string): string {
  const below = path.startsWith("docs/")
    ? path.slice("docs/".length)
    : posix.join("project", path.toLowerCase());
  return below.replace(/(^|\/)readme\.md$/i, "$1index.html").replace(/\.md$/, ".html");
}

/** The first heading, without what marks it up. */
export function titleOf(markdown: string, otherwise: string): string {
  const heading = /^# (.+)$/m.exec(markdown)?.[1];
  return heading === undefined ? otherwise : plainText(heading);
}

/** Inline Markdown as plain text. */
export function plainText(markdown: string): string {
  return markdown
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[`*]/g, "")
    .trim();
}

/** Gives each heading of a page its anchor, in order: the same that Git hosts give, numbered where two are alike. */
export function anchorGiver(): (heading: string) => string {
  const seen = new Map<string, number>();
  return (heading) => {
    const anchor = anchorOf(heading);
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  };
}
