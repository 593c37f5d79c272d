// Directories of a project in which nobody looks for what is to be hidden: packages, builds and caches of others.

/** Their names. What lies below one is not hidden from a held call. */
export const PASSED_OVER: ReadonlySet<string> = new Set(
  "node_modules .git .venv venv __pycache__ .tox .nox .mypy_cache .pytest_cache .terraform target .gradle .next .turbo"
    .split(" ")
    .concat(".cache", ".pnpm-store", "vendor"),
);
