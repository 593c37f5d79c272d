// The files of a throwaway project: a git repository with secrets, a home and a directory outside.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export type MadeFiles = {
  readonly root: string;
  readonly project: string;
  readonly home: string;
  remove(): void;
};

const FILES: Readonly<Record<string, string>> = {
  "project/.env": "SECRET=planted\n",
  "project/sub/.env": "SECRET=planted\n",
  "project/secrets/k.txt": "SECRET=planted\n",
  "project/pub.txt": "hello\n",
  "project/a.txt": "a\n",
  "project/src/main.ts": "export const x = 1;\n",
  "project/script.sh": "cat pub.txt\n",
  "project/leak.sh": "cat .env\n",
  "project/.env.example": "SECRET=\n",
  "outside/f.txt": "outside\n",
  "home/.ssh/id_ed25519": "key\n",
};

/** Makes a git project with secrets, plain files, a link to a secret and a remote; a home and a directory outside, all below `parent`. */
export function makeProjectFiles(parent: string): MadeFiles {
  const root = realpathSync(mkdtempSync(join(parent, "judging-")));
  for (const [path, content] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  const project = join(root, "project");
  symlinkSync(".env", join(project, "link"));
  symlinkSync("../outside", join(project, "out"));
  const git = (...args: string[]): void => {
    execFileSync(
      "git",
      ["-C", project, "-c", "user.name=x", "-c", "user.email=x@example.test", ...args],
      {
        stdio: "ignore",
        env: { PATH: process.env["PATH"], HOME: join(root, "home"), GIT_CONFIG_NOSYSTEM: "1" },
      },
    );
  };
  git("init", "-q", "-b", "main");
  git("add", "pub.txt");
  git("commit", "-qm", "first");
  git("remote", "add", "origin", "https://git.example/x.git");
  return {
    root,
    project,
    home: join(root, "home"),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
