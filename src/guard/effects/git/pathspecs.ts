// Paths in arguments of git: pathspecs with their patterns and magic, and files of revisions.
import { append, hole, literal, type Text, textOf } from "../../shell/values/text.ts";
import type { Consequence } from "../model/command-model.ts";
import { reads } from "../model/consequences.ts";
import { fromDirectory, type GitCall, rootOf } from "./call.ts";

/** Consequences of showing the content of these paths, as it is or as it was. */
export function readsPaths(call: GitCall, paths: readonly Text[]): readonly Consequence[] {
  return paths.flatMap((path): readonly Consequence[] => {
    const given = textOf(path);
    if (given === undefined) return [reads(fromDirectory(call, path))];
    // What is left out is not shown.
    if (/^:(?:[!^]|\([^)]*\bexclude\b)/.test(given)) return [];
    const plain = given.replace(/^:(?:\/|\([^)]*\))/, "");
    const isTop = /^:(?:\/|\([^)]*\btop\b)/.test(given);
    const base = isTop ? literal(`${rootOf(call) ?? "."}/`) : [];
    if (/\bicase\b|\battr\b/.test(given.slice(0, given.indexOf(")") + 1)))
      return [reads(fromDirectory(call, literal(".")), "tree")];
    if (!/[*?[]/.test(plain)) return [reads(fromDirectory(call, append(base, literal(plain))))];
    // WHY: an asterisk of git's crosses directories, so the last name may begin anywhere behind the last one.
    const start = plain.slice(0, plain.search(/[*?[]/)).replace(/[^/]*$/, "");
    const name = plain.slice(plain.lastIndexOf("/") + 1);
    const last = name.includes("*") ? `*${name.slice(name.lastIndexOf("*") + 1)}` : name;
    const place = append(base, literal(start === "" ? "." : start));
    return [reads(fromDirectory(call, place), "tree", last === "*" ? undefined : last)];
  });
}

/** Consequences of showing what a word names that may be a revision, a file of one, or a path. */
export function readsRevision(call: GitCall, word: Text): readonly Consequence[] {
  const given = textOf(word);
  if (given === undefined) {
    // Whatever commit it is, the file behind the colon is known.
    const last = word.at(-1);
    const file = last?.kind === "text" ? /^[^:]*:([^:]+)$/.exec(last.text)?.[1] : undefined;
    if (file !== undefined) return readsPaths(call, [literal(`:/${file}`)]);
    const likes = word.map((piece) => (piece.kind === "hole" ? piece.like : undefined));
    // A name of a commit that git itself printed is no file.
    return likes.length === 1 && likes[0] === COMMIT_NAME ? [] : [reads(fromDirectory(call, word))];
  }
  if (/^:[!^(]/.test(given) || !given.includes(":")) return readsPaths(call, [word]);
  const path = given.slice(given.indexOf(":") + 1).replace(/^[0-3]:/, "");
  if (path === "") return [];
  const root = rootOf(call);
  const isHere = /^\.{1,2}\//.test(path) || root === undefined;
  const named = isHere ? fromDirectory(call, literal(path)) : literal(`${root}/${path}`);
  return [reads(named), ...(given.startsWith(":/") ? readsPaths(call, [word]) : [])];
}

/** What names of commits look like. */
export const COMMIT_NAME = "[0-9a-f]*";

/** The name of a commit that is not known, on a line of its own. */
export const COMMIT: Text = [
  hole("dynamic-path", { like: COMMIT_NAME, sources: [{ kind: "repository" }] }),
];
