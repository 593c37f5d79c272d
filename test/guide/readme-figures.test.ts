// The figures of the README are those of the pages that measure them.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8");
const readme = read("README.md").replaceAll(/\s+/g, " ");

/** The cells of the row that begins with `first`, below a heading where several tables have such a row. */
function row(page: string, first: string, below = ""): readonly string[] {
  const text = read(page);
  const line = text
    .slice(text.indexOf(below))
    .split("\n")
    .find((one) => one.startsWith(`| ${first} |`));
  if (line === undefined) throw new Error(`${page} has no row \`${first}\``);
  return line
    .split("|")
    .slice(2, -1)
    .map((cell) => cell.trim());
}

const matrix = "docs/reference/native-and-ours.md";
const corpora = "docs/reference/corpora.md";
const speed = "docs/reference/speed.md";
const percent = (cell = ""): string => cell.replace(" %", "");

it("reads that leak and pushes that arrive, in bash", () => {
  const [alone = "", ours = ""] = row(matrix, "reads that leak");
  const [leaks, ways] = alone.split(" of ");
  const left = ours.split(" of ")[0];
  expect(readme).toContain(
    `| ${ways} ways to read a secret file | ${leaks} leak it | ${left} leak it |`,
  );
  const [pushedAlone = "", pushed = ""] = row(matrix, "pushes that moved the protected branch");
  const [moved, forms] = pushedAlone.split(" of ");
  const stayed = pushed.split(" of ")[0];
  expect(readme).toContain(
    `| ${forms} ways to push | ${moved} move the protected branch | ${stayed} move it |`,
  );
});

it("attacks by the environment", () => {
  const [, held] =
    /^(\d+ of \d+) are held\.$/m.exec(read("docs/reference/environment-attacks.md")) ?? [];
  expect(readme).toContain(`${held} attacks are held`);
});

it("everyday and harmful commands", () => {
  const [, allowed, contained, asked, , denied] = row(corpora, "all").map(percent);
  expect(readme).toContain(
    `Of 100 everyday commands ${allowed} run unasked, ${asked} are asked about, and ${denied} are refused. The other ${contained} run code`,
  );
  const harmful = row(corpora, "all", "| harmful | commands |").map(percent);
  const [count = "", run, held, questions, refused] = harmful;
  expect(run).toBe("0.0");
  expect(readme).toContain(
    `Of ${Number(count).toLocaleString("en")} harmful commands ${refused} % are refused, ${questions} % asked about, ${held} % run only inside the sandbox`,
  );
});

it("times and memory", () => {
  expect(readme).toContain(`One decision takes ${row(speed, "decision, p50")[0]} (p50)`);
  expect(readme).toContain(`a call waits ${row(speed, "sallyport, p50")[0]} (p50)`);
  expect(readme).toContain(`it waits ${row(speed, "echo, p50", "## client")[0]} for a hook`);
  const [resident] = row(speed, "resident after 100,000 calls");
  expect(readme).toContain(`about ${resident} after 100,000 calls`);
});
