// Which files no person wrote line by line, by their path.
import { expect, it } from "vitest";
import { type GeneratedAs, generatedAs } from "#assure/scan/generated-file.ts";

it.each<[string, GeneratedAs]>([
  ["public/theme_dark.min.css", "minified"],
  ["static/jquery-3.6.0.min.js", "minified"],
  ["dist/app.bundle.js", "minified"],
  ["build/2.1a2b3c.chunk.css", "minified"],
  ["package-lock.json", "lock file"],
  ["api/go.sum", "lock file"],
  ["node_modules/left-pad/package.json", "vendored"],
  ["ios/Pods/A/a.min.js", "vendored"],
  ["a.zip!/node_modules/b/index.js", "vendored"],
])("%s is %s", (path, as) => {
  expect(generatedAs(path)).toBe(as);
});

it.each([
  ...["src/admin.js", "config/minimal.js", "bundle.js.erb", "vendor/settings.yml", ".env"],
  // What somebody wrote, or what a program really sent.
  ...["dist/app.js.map", "tests/__snapshots__/login.snap", "cassettes/login.yml", "api/user.pb.go"],
])("%s may be a person's", (path) => {
  expect(generatedAs(path)).toBeUndefined();
});
