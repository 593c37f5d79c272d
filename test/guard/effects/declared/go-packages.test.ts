// Installs of modules of Go that bring what the module's own files name, and those that bring something else.
import { describe, expect, it } from "vitest";
import { judgedProject } from "../../../judged-project.ts";
import { below } from "#guard/effects/paths/written-places.ts";
import { declaredIn } from "./declared-project.ts";

const where = judgedProject();
const isDeclared = declaredIn(where);

const MODULE = `module example.test/shop

go 1.23

require github.com/google/uuid v1.6.0 // indirect

require (
	golang.org/x/text v0.20.0
)

exclude golang.org/x/text v0.1.0
replace example.test/own => ./own
`;
const module = (...lines: readonly string[]) => ({ "go.mod": `${MODULE}${lines.join("\n")}\n` });
const FILES = { ...module(), "go.sum": "", "main.go": "package main\n" };

describe("declared", () => {
  it.each([
    "go mod tidy",
    "go mod tidy -v",
    "go mod tidy -go=1.23 -compat 1.22",
    "go mod download",
    "go mod download -x",
    "go mod download golang.org/x/text",
    "go mod vendor",
    "go mod vendor -o third_party",
    "go get golang.org/x/text@latest",
    "go get -u github.com/google/uuid",
    "cd own && go mod tidy",
    "go -C own mod tidy",
    "GOOS=linux go mod download",
  ])("%s", async (command) => {
    expect(await isDeclared(command, FILES)).toBe(true);
  });

  it("by a version that stands for another, and by one of the project", async () => {
    const files = { ...FILES, ...module("replace golang.org/x/text => golang.org/x/text v0.21.0") };
    expect(await isDeclared("go mod tidy", files)).toBe(true);
  });
});

describe("not declared", () => {
  it.each([
    "go get example.com/evil",
    "go get example.com/evil@v1.0.0",
    "go get golang.org/x/text example.com/evil",
    "go get golang.org/x/text@main",
    "go get -tool golang.org/x/text",
    "go get ./...",
    "go get .",
    "go get",
    "go mod download example.com/evil@v1",
    "go mod vendor -o /tmp/x",
    "go mod vendor ../x",
    "go install golang.org/x/text@latest",
    "go install ./...",
    "go run example.com/evil@latest",
    "go mod tidy -modfile=/tmp/go.mod",
    "go mod tidy -overlay=x.json",
    "go mod tidy -modcacherw",
    "go -C /tmp/x mod tidy",
    "cd /tmp && go mod tidy",
    "cd .. && go mod download",
    "GOFLAGS=-modfile=/tmp/go.mod go mod tidy",
    "GOWORK=/tmp/go.work go mod download",
    "GOPROXY=https://example.com go mod download",
    "GONOSUMDB='*' go mod tidy",
    "export GOINSECURE='*'; go mod tidy",
    "GOENV=/tmp/env go mod tidy",
    'go mod download "$X"',
    "go mod edit -require example.com/evil@v1 && go mod tidy",
    "go mod edit -replace golang.org/x/text=example.com/evil@v1; go mod download",
    "echo 'require example.com/evil v1.0.0' >> go.mod && go mod download",
    "echo 'import _ \"example.com/evil\"' >> main.go && go mod tidy",
    "printf x > own/more.go; go mod tidy",
    "go work use ../x && go mod tidy",
    "echo 'use ../x' > go.work; go mod download",
    "git pull && go mod tidy",
    "git checkout main && go mod download",
    "sed -i s/a/b/ go.mod && go mod download",
    "cp /tmp/go.sum . && go mod download",
    "go generate ./... && cat x > go.mod && go mod tidy",
  ])("%s", async (command) => {
    expect(await isDeclared(command, FILES)).toBe(false);
  });

  it.each<[why: string, files: Readonly<Record<string, string>>]>([
    ["a module elsewhere on the disk", module("replace golang.org/x/text => ../outside")],
    ["one by an absolute path", module("replace golang.org/x/text => /tmp/x")],
    ["one at home", module("replace golang.org/x/text => ~/x")],
    ["a branch in place of a version", module("require golang.org/x/mod main")],
    ["a directive that is not known", module("evil golang.org/x/mod v1.0.0")],
    ["an address", module("require https://example.com/x v1.0.0")],
    ["no file of a module", { "go.mod": "" }],
  ])("%s", async (_, files) => {
    expect(await isDeclared("go mod tidy", { ...FILES, ...files })).toBe(false);
  });

  it("several modules side by side, but for what looks at its own alone", async () => {
    const files = { ...FILES, "go.work": "go 1.23\nuse ./own\n" };
    expect(await isDeclared("go mod download", files)).toBe(false);
    expect(await isDeclared("go work sync", files)).toBe(false);
    expect(await isDeclared("go mod tidy", files)).toBe(true);
  });

  it("where the session wrote a source, a manifest, or anything", async () => {
    const { project, home } = where();
    const after = (...paths: readonly string[]) =>
      isDeclared("go mod tidy", FILES, { writtenPaths: new Set(paths) });
    expect(await after(`${project}/readme.txt`)).toBe(true);
    expect(await after(below(`${project}/own`))).toBe(false);
    expect(await after(`${project}/go.mod`)).toBe(false);
    expect(await after(`${project}/own/go.mod`)).toBe(false);
    expect(await after(`${home}/.config/go/env`)).toBe(false);
    expect(await after(below(project))).toBe(false);
    const only = (path: string) =>
      isDeclared("go mod download", FILES, { writtenPaths: new Set([path]) });
    expect(await only(`${project}/main.go`)).toBe(true);
    expect(await only(`${project}/go.sum`)).toBe(false);
  });
});

describe("where the session wrote a source", () => {
  const isDeclaredWith = (source: string): Promise<boolean> =>
    isDeclared(
      "go mod tidy",
      { ...FILES, "src/new.go": source },
      { writtenPaths: new Set([`${where().project}/src/new.go`]) },
    );

  it.each([
    "package main\n",
    'package main\nimport "net/http"\n',
    'package main\nimport (\n\tlog "log/slog"\n\t_ "golang.org/x/text/width"\n\t"example.test/shop/own"\n)\n',
    'package main\nvar at = "https://example.com/evil"\nvar line = "a.b says c"\n',
  ])("that imports nothing new, it is declared: %j", async (source) => {
    expect(await isDeclaredWith(source)).toBe(true);
  });

  it.each([
    'package main\nimport "example.com/evil"\n',
    "package main\nimport x `example.com/evil`\n",
    `package main\nimport "example.com/${"e".repeat(300)}"\n`,
    'package main\nimport ("fmt"; _ "example.com/evil")\n',
    'package main\n/* " */ import "example.com/evil"\n',
    'package main\nconst q = \'"\'; import "example.com/evil"\n',
    'package main\nimport "golang.org/x/textual"\n',
    'package main\nimport "example\\x2ecom/evil"\n',
    'package main\nimport "example\\056com/evil"\n',
  ])("that imports something new, it is not: %j", async (source) => {
    expect(await isDeclaredWith(source)).toBe(false);
  });
});
