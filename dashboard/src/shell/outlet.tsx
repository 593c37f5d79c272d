// The page of the place: found by its path, loaded when opened, with the focus on its heading and its name said.
import type { ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useAnnounce, useApp } from "../core/app.ts";
import { matchPath } from "../core/paths.ts";
import { useStore } from "../core/store.ts";
import type { PageEntry, PageProps } from "../pages/index.ts";
import { Boundary } from "../parts/boundary.tsx";
import { PageFrame } from "../parts/panel.tsx";
import { Empty, Fault, Progress } from "../parts/state.tsx";

type Loaded = { readonly entry: PageEntry; readonly Page: ComponentType<PageProps> };

export function PageOutlet({ pages }: { readonly pages: readonly PageEntry[] }) {
  const { router } = useApp();
  const announce = useAnnounce();
  const { path, query } = useStore(router.place);
  const [loaded, setLoaded] = useState<Loaded>();
  const [failed, setFailed] = useState<PageEntry>();
  const [turn, setTurn] = useState(0);
  const isFirst = useRef(true);
  const entry = pages.find((page) => matchPath(page.path, path) !== undefined);
  const params = entry === undefined ? undefined : matchPath(entry.path, path);

  useEffect(() => {
    let isOver = false;
    setFailed(undefined);
    entry
      ?.load()
      .then(({ Page }) => {
        if (!isOver) setLoaded({ entry, Page });
      })
      .catch(() => {
        if (!isOver) setFailed(entry);
      });
    return () => {
      isOver = true;
    };
  }, [entry, turn]);
  const isShown = loaded !== undefined && loaded.entry === entry;
  useEffect(() => {
    if (!isShown && entry !== undefined) return;
    // The first page of all is where the reader begins anyway.
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    window.scrollTo(0, 0);
    const heading = document.querySelector<HTMLElement>("#content h1");
    (heading ?? document.querySelector<HTMLElement>("#content"))?.focus({ preventScroll: true });
    announce(entry?.title ?? "There is no such page");
  }, [path, isShown]);

  if (entry === undefined || params === undefined)
    return (
      <PageFrame title="There is no such page">
        <Empty title="The address leads nowhere here.">
          <p>
            Press <kbd>Ctrl K</kbd> to find a page, or go to the <a href="/">overview</a>.
          </p>
        </Empty>
      </PageFrame>
    );
  if (failed === entry)
    return (
      <PageFrame title={entry.title}>
        <Fault
          fault={{
            code: "network",
            status: 0,
            message: "this part of the app could not be loaded",
          }}
          onRetry={() => setTurn(turn + 1)}
        />
      </PageFrame>
    );
  if (!isShown) return <Progress label={`Opening ${entry.title}`} />;
  const { Page } = loaded;
  return (
    <Boundary key={path}>
      <Page params={params} query={query} />
    </Boundary>
  );
}
