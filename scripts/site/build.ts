// Builds the documentation's site into a folder: every page, the files that they link to, search, style; all links checked.
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { build } from "esbuild";
import type { CommandTable, Section } from "#surface/cli/command-line/entry.ts";
import { repositoryFiles, repositoryRoot } from "../checks/repository-files.ts";
import { commandPages, formatPage } from "./generated-pages.ts";
import { homeHtml, linkFrom, wholePage } from "./layout.ts";
import { brokenLinks, unreachable } from "./links.ts";
import { type LinkResolver, type Rendered, renderMarkdown } from "./markdown.ts";
import { navigationOf } from "./navigation.ts";
import { type Page, writtenPages } from "./pages.ts";
import { indexOf, indexScript } from "./search-index.ts";

export type Site = {
  /** HTML by its path below the folder. */
  readonly pages: ReadonlyMap<string, string>;
  readonly files: ReadonlySet<string>;
  readonly sections: number;
  readonly words: number;
  /** Links that lead nowhere, pages that nothing leads to. */
  readonly faults: readonly string[];
};

/** A file that the build made, so that a folder of somebody else is never emptied. */
const MARK = ".sallyport-site";
const ICON =
  "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><path d='M2 15V7a6 6 0 0 1 12 0v8h-3V8a3 3 0 0 0-6 0v7z' fill='#0b6e6e'/></svg>\n";

/** Writes the site; `more` are further pages, for tests. Throws where `folder` holds something that is no site. */
export async function buildSite(
  folder: string,
  program: { readonly sections: readonly Section[]; readonly commands: CommandTable },
  more: readonly Page[] = [],
): Promise<Site> {
  emptyFolder(folder);
  const repository = repositoryFiles();
  const paths = new Set(repository.map(({ path }) => path));
  const pages: readonly Page[] = [
    ...writtenPages(repository),
    ...(await commandPages(program.sections, program.commands)),
    ...repository.flatMap(({ path, text }) =>
      /^data\/schema\/[^/]+\.schema\.json$/.test(path) ? [formatPage(path, text ?? "{}")] : [],
    ),
    ...more,
  ];
  const urls = new Map(pages.map(({ source, url }) => [source, url]));
  const readme = repository.find(({ path }) => path === "README.md")?.text ?? "";
  const groups = navigationOf(readme, pages);
  const copies = new Map<string, string>();
  const faults: string[] = [];
  const rendered = new Map<string, string>();
  const texts: { readonly page: Page; readonly rendered: Rendered }[] = [];
  for (const page of pages) {
    const resolve = resolver(page, { urls, paths, copies, faults });
    const one = renderMarkdown(page.markdown, resolve);
    texts.push({ page, rendered: one });
    rendered.set(page.url, wholePage({ ...page, ...one, groups }));
  }
  const home = { url: "index.html", title: "sallyport", headings: [], groups };
  rendered.set(home.url, wholePage({ ...home, html: homeHtml(groups) }));
  const index = indexOf(
    texts.map(({ page: { url, title }, rendered: { passages } }) => ({ url, title, passages })),
  );
  const files = new Map<string, string | Uint8Array>([
    ...rendered,
    ["search-index.js", indexScript(index)],
    ["icon.svg", ICON],
    [MARK, ""],
    ...(await browserFiles()),
  ]);
  for (const [url, content] of files) {
    mkdirSync(dirname(join(folder, url)), { recursive: true });
    writeFileSync(join(folder, url), content);
  }
  for (const [url, path] of copies) {
    mkdirSync(dirname(join(folder, url)), { recursive: true });
    cpSync(join(repositoryRoot, path), join(folder, url));
  }
  const all = new Set([...files.keys(), ...copies.keys()]);
  faults.push(
    ...brokenLinks(rendered, all),
    ...unreachable(rendered).map((url) => `${url}: no page leads there`),
  );
  return {
    pages: rendered,
    files: all,
    sections: index.sections.length,
    words: index.words.length,
    faults,
  };
}

type Places = {
  /** Pages by what they are made of. */
  readonly urls: ReadonlyMap<string, string>;
  /** Files of the repository. */
  readonly paths: ReadonlySet<string>;
  /** Files that come along because a page names them. */
  readonly copies: Map<string, string>;
  readonly faults: string[];
};

/** A link to a page leads there; one to another file to its copy; one to a folder to its index, if that is a page. */
function resolver(page: Page, { urls, paths, copies, faults }: Places): LinkResolver {
  return (href, kind) => {
    const [path = "", anchor] = href.split("#");
    if (path === "") return href;
    const target = posix.join(posix.dirname(page.source), path).replace(/\/$/, "");
    const end = anchor === undefined ? "" : `#${anchor}`;
    const url = urls.get(target) ?? urls.get(`${target}/README.md`);
    if (url !== undefined) return `${linkFrom(page.url, url)}${end}`;
    if (paths.has(target)) {
      // Code is text to a browser then, and not a file to keep.
      const copy = kind === "image" ? `files/${target}` : `files/${target}.txt`;
      copies.set(copy, target);
      return linkFrom(page.url, copy);
    }
    const isFolder = [...paths].some((one) => one.startsWith(`${target}/`));
    if (!isFolder) faults.push(`${page.source}: \`${href}\` leads to no file`);
    return undefined;
  };
}

/** Scripts and style of the pages. */
async function browserFiles(): Promise<readonly (readonly [string, string])[]> {
  const app = join(repositoryRoot, "dashboard");
  const shared = { absWorkingDir: app, bundle: true, minify: true, write: false } as const;
  const quiet = { logLevel: "warning", legalComments: "none", charset: "ascii" } as const;
  const made = await Promise.all(
    (
      [
        ["theme.js", "site/theme.ts"],
        ["site.js", "site/main.ts"],
        ["site.css", "site/site.css"],
      ] as const
    ).map(async ([name, entry]) => {
      const { outputFiles } = await build({
        ...shared,
        ...quiet,
        entryPoints: [entry],
        format: "iife",
        target: "es2022",
      });
      return [name, outputFiles[0]?.text ?? ""] as const;
    }),
  );
  return made;
}

function emptyFolder(folder: string): void {
  if (existsSync(folder) && !existsSync(join(folder, MARK)))
    throw new Error(`\`${folder}\` exists and is no site that was built here: name another folder`);
  if (existsSync(folder)) rmSync(folder, { recursive: true });
  mkdirSync(folder, { recursive: true });
}
