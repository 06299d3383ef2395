import { describe, expect, test } from "vitest";
import { startService } from "../integration/service.ts";
import { answered, startBrowser } from "./chromium.ts";

const service = startService({ seeded: true });
const open = startBrowser();

/** 300 tokens with a name at the end, which the model reads only in windows. */
const LONG = `${"I went into this film with no expectations at all. ".repeat(27)}LeBron James was superb.`;

/** A page that has answered a text. */
async function openAsked(text: string) {
  const opened = await open(service.url(`/#${new URLSearchParams({ text })}`));
  await answered(opened.page);
  return opened;
}

/** What the service itself answers. */
async function answerOf<T>(route: string, parameters: Record<string, string>): Promise<T> {
  return (await (await service.get(`${route}?${new URLSearchParams(parameters)}`)).json()) as T;
}

describe("a text with masks", () => {
  const text = "I <mask> this song so much, it makes me want to <mask>";

  test("gets the likeliest words for each", async () => {
    const { page, complaints } = await openAsked(text);
    const { masks } = await answerOf<{ masks: { predictions: { token: string }[] }[] }>("/v1/fill-mask", { text });
    const cards = page.locator(".masks .verdict");
    expect(await cards.count()).toBe(2);
    for (const [index, { predictions }] of masks.entries()) {
      const words = await cards.nth(index).locator(".bar > span:first-child").allTextContents();
      expect(words).toEqual(predictions.map(({ token }) => token));
    }
    expect(await page.locator(".exchanges tbody th").allTextContents()).toContain("/v1/fill-mask");
    expect(complaints).toEqual([]);
  });

  test("that are too many still gets all other answers", async () => {
    const { page } = await openAsked("<mask> ".repeat(9));
    expect(await page.locator("#results .problem-type").textContent()).toBe("422 /problems/too-many-masks");
    expect(await page.locator("[data-task=sentiment]").count()).toBe(1);
  });

  test("is the only one that is asked about missing words", async () => {
    const { page } = await openAsked("no mask here");
    expect(await page.locator(".masks").count()).toBe(0);
    expect(await page.locator(".exchanges tbody th").allTextContents()).not.toContain("/v1/fill-mask");
  });
});

describe("a text with more tokens than the model reads", () => {
  test("shows where reading stopped, the rest grey, and is read whole in windows when asked to", async () => {
    const { page, complaints } = await openAsked(LONG);
    const { tokens } = await answerOf<{ tokens: { total: number } }>("/v1/analyze", { text: LONG });
    expect(await page.locator(".note h2").textContent()).toBe(`Read to here: 128 of ${tokens.total} tokens`);
    const tweet = page.locator("[data-task=ner] .tweet");
    const unread = (await tweet.locator(".unread").textContent())?.replace(" Not read from here: ", "") ?? "";
    expect(LONG.endsWith(unread)).toBe(true);
    expect(unread).toContain("LeBron James");
    const colours = await page.evaluate<string[]>(
      `["[data-task=ner] .tweet", "[data-task=ner] .unread"].map((each) => getComputedStyle(document.querySelector(each)).color)`,
    );
    expect(colours[0]).not.toBe(colours[1]);
    expect(await page.locator(".piece.unread").count()).toBe(tokens.total - 128);

    await page.getByRole("button", { name: "Read all of it, in windows" }).click();
    await page.locator(".note h2", { hasText: /^Read whole, in \d windows$/ }).waitFor();
    expect(await tweet.locator("mark").allTextContents()).toEqual(["LeBron JamesPER"]);
    expect(await page.locator(".unread").count()).toBe(0);
    expect(await page.locator(".command code").textContent()).toContain("truncation=window");

    await page.getByRole("button", { name: "Read the first 128 tokens only" }).click();
    await page.locator(".note h2", { hasText: "Read to here" }).waitFor();
    expect(complaints).toEqual([]);
  });

  test("has no note when it is as long as the model reads", async () => {
    const { page } = await openAsked("short and sweet");
    expect(await page.locator(".note").count()).toBe(0);
  });

  test("is sent in a body where it is too long for a URL", async () => {
    const text = "é so long ".repeat(400);
    const { page, complaints } = await openAsked(text);
    expect(await page.locator(".command code").textContent()).toContain("Content-Type: application/json");
    expect(await page.locator(".note h2").textContent()).toContain("Read to here");
    expect(complaints).toEqual([]);
  });
});

test("film reviews are spoken of where the text is as long as one", async () => {
  const { page } = await openAsked("What a film! I loved it.");
  expect(await page.locator("[data-task=review]").count()).toBe(0);
  await page.locator("#text").fill(LONG);
  await page.locator("[data-task=review]").waitFor();
  expect(await page.locator(".note p").allTextContents()).toContain("The task review has read all of it, in windows.");
  const { score } = await answerOf<{ score: number }>("/v1/review", { text: LONG });
  const shown = page.locator("[data-task=review] .share").first();
  expect(await shown.textContent()).toContain((100 * score).toFixed(1));
});

test("labels that name an emoji stand behind it, and words that look alike do not", async () => {
  const { page } = await openAsked("there was a <mask> in the camp, everybody ran from the fire");
  const labels = page.locator("[data-task=emoji] .bar:not(.rest) > span:first-child");
  for (const label of await labels.allTextContents())
    expect(label).toMatch(/^\p{Extended_Pictographic}|^\p{RI}\p{RI}/u);
  const emoji = labels.first().locator(".emoji");
  expect(await emoji.getAttribute("aria-hidden")).toBe("true");
  expect(await page.locator(".masks .emoji").count()).toBe(0);
});

describe("a text that is not English", () => {
  test("is told that the model reads English only", async () => {
    const { page } = await openAsked("Qué día tan bonito, no quiero que se acabe nunca");
    expect(await page.locator(".note h2").textContent()).toBe("This does not look like English");
    await page.locator("#text").fill("what a lovely day, i never want it to end");
    await page.locator(".normalized", { hasText: "lovely day" }).waitFor();
    expect(await page.locator(".note").count()).toBe(0);
  });
});

describe("tag sets", () => {
  test("are explained where they are chosen, tag by tag", async () => {
    const { page } = await openAsked("Off to Berlin with @anna");
    const pos = page.locator("[data-task=pos]");
    expect(await pos.locator(".set-description").textContent()).toBe("Universal part-of-speech tags.");
    await pos.getByText("What the 17 tags mean").click();
    expect(await pos.locator("dt").allTextContents()).toContain("PROPN");
    expect(await pos.locator("dt:text-is('PROPN') + dd").textContent()).toContain("proper noun");
    await pos.getByRole("radio", { name: "ark" }).check();
    await pos.getByText("What the 25 tags mean").waitFor();
    expect(await pos.locator("dl").isVisible()).toBe(true); // an expanded element stays expanded
    expect(await pos.locator(".set-description").textContent()).toContain("ARK-Twitter");
  });
});
