// Proof that a commit descends from another: commits between them, each told by its own name, so that nobody has to be believed.
import { createHash } from "node:crypto";

/** Commits of one proof, and their bytes. */
const COMMITS_MAX = 20_000;
const BYTES_MAX = 64 * 1024 * 1024;

/**
 * Takes the commits from `from` on, each followed by one of its parents, until one names `to`. Names of objects are what their bytes
 * hash to: who has no such chain cannot make one.
 */
export class DescentCheck {
  readonly #to: string;
  #next: ReadonlySet<string>;
  #count = 0;
  #bytes = 0;
  #isFailed = false;

  constructor({ from, to }: { readonly from: string; readonly to: string }) {
    this.#to = to;
    this.#next = new Set([from]);
  }

  /** Whether it is proven; for ever no after what does not belong there. */
  get isProven(): boolean {
    return !this.#isFailed && this.#next.has(this.#to);
  }

  /** The text of the next commit. */
  take(commit: Uint8Array): void {
    this.#count += 1;
    this.#bytes += commit.length;
    const algorithm = this.#to.length === 64 ? "sha256" : "sha1";
    const name = createHash(algorithm)
      .update(`commit ${commit.length}\0`)
      .update(commit)
      .digest("hex");
    if (this.#count > COMMITS_MAX || this.#bytes > BYTES_MAX || !this.#next.has(name))
      this.#isFailed = true;
    if (this.#isFailed || this.isProven) return;
    this.#next = new Set(parentsOf(commit));
  }
}

/** WHY only the lines behind the tree: what a message says of parents is its own. */
function parentsOf(commit: Uint8Array): readonly string[] {
  const text = Buffer.from(commit).toString("latin1");
  const head = /^tree [0-9a-f]{40,64}\n((?:parent [0-9a-f]{40,64}\n)*)/.exec(text)?.[1] ?? "";
  return Array.from(head.matchAll(/^parent (\S+)$/gm), ([, name = ""]) => name);
}
