// Builds the page of one question for phones into one file: script and style stand in it, so that one answer brings all.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type BuildOptions } from "esbuild";

const app = fileURLToPath(new URL("../dashboard", import.meta.url));

/** Writes the page. Rejects where a source does not build. */
export async function bundlePhone(outFile: string): Promise<void> {
  const shared: BuildOptions & { readonly write: false } = {
    absWorkingDir: app,
    bundle: true,
    minify: true,
    write: false,
    target: "es2022",
    charset: "ascii",
    legalComments: "none",
    logLevel: "warning",
  };
  const [script, style] = await Promise.all([
    build({
      ...shared,
      entryPoints: ["phone/main.tsx"],
      format: "iife",
      jsx: "automatic",
      jsxImportSource: "preact",
    }),
    build({
      ...shared,
      stdin: {
        contents: '@import "./styles/variables.css"; @import "./phone/phone.css";',
        loader: "css",
        resolveDir: app,
      },
    }),
  ]);
  const page = readFileSync(join(app, "phone", "page.html"), "utf8");
  const parts = [
    ["<!-- style -->", `<style>${textOf(style)}</style>`],
    ["<!-- script -->", `<script type="module">${textOf(script)}</script>`],
  ] as const;
  const whole = parts.reduce((text, [mark, element]) => {
    if (!text.includes(mark)) throw new Error(`dashboard/phone/page.html lacks \`${mark}\``);
    return text.replace(mark, () => element);
  }, page);
  mkdirSync(dirname(outFile), { recursive: true });
  writeFileSync(outFile, whole);
}

function textOf({
  outputFiles,
}: {
  readonly outputFiles: readonly { readonly text: string }[];
}): string {
  const text = (outputFiles[0]?.text ?? "").trim();
  // The page's elements end where they are written to end.
  if (/<\/(?:script|style)|<!--/i.test(text))
    throw new Error("the phone's page would end too early");
  return text;
}
