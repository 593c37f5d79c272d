// Tabs that are part of the address, so that a link leads to one of them.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { useRouter } from "../core/app.ts";
import { useStore } from "../core/store.ts";

export type Tab = {
  readonly key: string;
  readonly title: string;
  readonly body: () => ComponentChildren;
};

/** The open one is the value of `name` in the query; without it the first. */
export function Tabs(props: {
  readonly label: string;
  readonly name?: string;
  readonly tabs: readonly [Tab, ...Tab[]];
}) {
  const { label, name = "tab", tabs } = props;
  const router = useRouter();
  const { path, query } = useStore(router.place);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const open = tabs.find(({ key }) => key === query.get(name)) ?? tabs[0];
  useEffect(() => {
    // WHY: on a phone the tabs are wider than the screen, and a link may lead to the last of them.
    const tab = list.current?.children[tabs.indexOf(open)];
    tab?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [open.key]);
  const choose = (tab: Tab) => {
    const next = new URLSearchParams(query);
    next.set(name, tab.key);
    router.go(`${path}?${next}`, { isReplaced: true });
  };
  const walk = (event: KeyboardEvent) => {
    const here = tabs.indexOf(open);
    const last = tabs.length - 1;
    const to = {
      ArrowRight: here === last ? 0 : here + 1,
      ArrowLeft: here === 0 ? last : here - 1,
      Home: 0,
      End: last,
    }[event.key];
    const tab = to === undefined ? undefined : tabs[to];
    if (to === undefined || tab === undefined) return;
    event.preventDefault();
    choose(tab);
    const element = list.current?.children[to];
    if (element instanceof HTMLElement) element.focus();
  };
  return (
    <div class="tabs">
      <div class="tabs-list" role="tablist" aria-label={label} ref={list} onKeyDown={walk}>
        {tabs.map((tab) => (
          <button
            key={tab.key}
            type="button"
            role="tab"
            id={`${id}-${tab.key}`}
            aria-selected={tab === open}
            aria-controls={`${id}-panel`}
            tabIndex={tab === open ? 0 : -1}
            onClick={() => choose(tab)}
          >
            {tab.title}
          </button>
        ))}
      </div>
      <div
        class="tabs-panel"
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${open.key}`}
        tabIndex={0}
      >
        {open.body()}
      </div>
    </div>
  );
}
