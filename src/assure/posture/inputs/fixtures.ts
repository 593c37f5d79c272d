// Files in the form of what the client reads, where it reads nothing: of tests, examples, templates and texts for people.
import type { SeenFile, SeenTree } from "./audit-inputs.ts";

/**
 * A folder that is there to show something, and in it a file or folder that has a meaning for the client at a project's top. What
 * lies in `plugins/` is a plugin, whatever its name.
 */
const FIXTURE =
  /^(?!\.claude\/)((?:.*\/)?(?<!(?:^|\/)plugins\/)(?:tests?|__tests__|spec|e2e|testdata|test-data|fixtures?|__fixtures__|mocks?|examples?|samples?|demos?|templates?|scaffolds?|boilerplates?|docs?|documentation)\/(?:.*\/)??)(?:\.claude\/.+|\.claude-plugin\/.+|\.mcp\.json|hooks\/hooks\.json|skills\/[^/]+\/.+|settings(?:\.local)?\.json|managed-settings\.json)$/i;
/** Files at the top that may take such a folder into force: settings, marketplaces and manifests that name it. */
const NAMING =
  /^(?:\.claude\/settings(?:\.local)?\.json|\.claude-plugin\/(?:marketplace|plugin)\.json|package\.json|\.mcp\.json)$/;

/** Whether a path is in the form of what the client reads and lies where it reads nothing. */
export function isFixture(path: string): boolean {
  return FIXTURE.test(path);
}

/** The files of a repository without its fixtures, and those. What a file at the top names is no fixture. */
export function withoutFixtures(repository: SeenTree): {
  readonly repository: SeenTree;
  readonly fixtures: readonly SeenFile[];
} {
  const all = [...repository.files.values()];
  const found = all.filter(({ path }) => isFixture(path));
  if (found.length === 0) return { repository, fixtures: [] };
  const naming = all
    .filter(({ path }) => NAMING.test(path))
    .map(({ text = "" }) => text)
    .join("\n");
  const isNamed = (path: string) => {
    const folder = (FIXTURE.exec(path)?.[1] ?? "").replace(/\/$/, "");
    return naming.includes(`${folder}/`) || naming.includes(`${folder}"`);
  };
  const fixtures = found.filter(({ path }) => !isNamed(path));
  const left = new Set(fixtures);
  return {
    repository: {
      ...repository,
      files: new Map([...repository.files].filter(([, file]) => !left.has(file))),
    },
    fixtures,
  };
}
