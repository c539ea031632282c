import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { withoutBrowser } from './browser.js';
import { canShowForms, FormPage } from './form-page.js';

const descriptor = `name: Gauge
version: 1.0.0
summary: Measures
backend: {package: hello-mortise, version: 1.0.0}
backend_component: Gauge
form:
  - {type: markdown, text: 'Measure **once**, on a dry day.'}
  - {type: text, name: river, label: River, required: true, max_length: 8, pattern: '^[A-Z]', tooltip: 'As <b>maps</b> have it.'}
  - {type: integer, name: days, label: Keep for, help: 'See [the **manual**](https://manual.example/days).', unit: days, min: 1, max: 365, default: 30}
  - {type: boolean, name: alerts, label: Send alerts}
  - {type: text, name: mail, label: Mail, format: email, required: true, when: {equals: {alerts: true}}}
  - {type: select, name: kind, label: Kind, options: [float, {value: 2, label: Radar}], default: 2}
  - {type: select, name: place, label: Place, options_from: {operation: places}}
  - type: conditional
    test: kind
    cases:
      float: [{type: number, name: depth, label: Depth, required: true}]
      '2': []
  - {type: secret, name: token, label: Token}
  - {type: file, name: table, label: Calibration}
  - {type: list, name: tags, label: Tags, items: {type: text}, max_items: 2}
  - {type: repeat, name: marks, label: Floods, max: 3, elements: [{type: number, name: level, label: Level, required: true}]}
  - {type: table, name: nearest, label: Nearest, columns: [{name: id}], rows: [{id: a}, {id: b}]}
  - {type: hidden, name: schema, value: 2}
  - {type: number, name: share, label: Share, default: 0.3, validate: [{modulo: 0.1}]}
  - {type: text, name: remark, label: Remark, default: dry, validate: [{unique: true}]}
  - {type: select, name: ways, label: Ways, multiple: true, options: [foot, boat], default: [foot], validate: [{allowed: [foot, boat]}]}
  - {type: table, name: others, label: Others, columns: [{name: id}], rows_from: {operation: gaps}}
  - {type: action, label: Silence, operation: breaks, when: {equals: {alerts: true}}}
  - {type: action, label: Measure, operation: measure}
  - {type: action, label: Break, operation: breaks}
`;

const code = `class Wrong(Exception):
    cause = "The gauge is under water."
    assistance = "Wait for summer."


class Gauge:
    def measure(self, river: str, days: int, alerts: bool = False, mail: str = "", kind: object = None, place: str = "", depth: float = 0, table: dict = None, tags: list = None, marks: list = None, nearest: dict = None, schema: int = 0, share: float = 0, remark: str = "", ways: list = None) -> dict:
        return {name: value for name, value in locals().items() if name != "self" and value not in (None, "")}

    def places(self) -> list:
        return ["mill", "bridge"] + [f"weir {number}" for number in range(1000)]

    def gaps(self) -> list:
        return [None, {"id": "c"}]

    def breaks(self, river: str) -> dict:
        raise Wrong()
`;

(canShowForms ? describe : describe.skip)(`the form of a plugin on the agent's page${withoutBrowser}`, () => {
  let opened: FormPage;

  beforeAll(async () => {
    opened = await FormPage.open(descriptor, code);
  });

  afterAll(() => opened.close());

  const form = () => opened.form;
  const river = () => form().getByLabel('River *');

  it('says at each field what is wrong, goes to the first of them, and asks nobody', async () => {
    await form().getByLabel('Keep for (days)').fill('400');
    await form().getByRole('button', { name: 'Measure' }).click();
    const described = await river().getAttribute('aria-describedby');
    expect(
      await form()
        .locator(`#${described!.split(' ')[0]}`)
        .innerText(),
    ).toBe('An answer is needed here.');
    await form().getByText('At most 365.').waitFor();
    expect(await form().locator('input:focus').getAttribute('name')).toBe('river');
    expect(await river().getAttribute('aria-invalid')).toBe('true');
    expect(await form().locator('[data-answer]').isVisible()).toBe(false);
    await river().fill('isen');
    await form().getByText('It has to be like ^[A-Z].').waitFor();
    await river().fill('Isen');
    expect(await river().getAttribute('aria-invalid')).toBe('false');
  });

  it('is answered by the back end, by keyboard alone', async () => {
    await form().getByLabel('Keep for (days)').fill('7');
    await river().press('Enter');
    expect(await opened.answer()).toEqual({
      river: 'Isen',
      days: 7,
      alerts: false,
      depth: 0,
      kind: 2,
      tags: [],
      marks: [],
      schema: 2,
      share: 0.3,
      remark: 'dry',
      ways: ['foot'],
    });
  });

  it('shows so much of what the back end offers as can be looked through, whatever is in it', async () => {
    await form().getByText('Only the first 1000 of 1002 are shown.').waitFor();
    expect(await form().getByLabel('Place').locator('option').count()).toBe(1001);
    await form().getByRole('radio', { name: 'c' }).waitFor();
  });

  it('asks what other answers call for, and leaves out what is not shown', async () => {
    expect(await form().getByLabel('Mail *').isVisible()).toBe(false);
    await form().getByLabel('Send alerts').check();
    await form().getByLabel('Mail *').fill('ada@example.org');
    await form().getByLabel('Kind').selectOption('float');
    await form().getByLabel('Depth *').fill('1.5');
    await form().getByLabel('Place').selectOption('bridge');
    await form()
      .getByLabel('Calibration')
      .setInputFiles({
        name: 'c.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from('1,2'),
      });
    await form().getByRole('group', { name: 'Tags' }).getByRole('button', { name: 'Add' }).click();
    await form().getByLabel('Item').fill('wet');
    await form().getByRole('group', { name: 'Floods' }).getByRole('button', { name: 'Add' }).click();
    await form().getByLabel('Level *').fill('3');
    await form().getByRole('radio', { name: 'b' }).check();
    await form().getByRole('button', { name: 'Measure' }).click();
    await form().locator('[data-answer]', { hasText: 'bridge' }).waitFor();
    expect(await opened.answer()).toEqual({
      river: 'Isen',
      days: 7,
      alerts: true,
      mail: 'ada@example.org',
      kind: 'float',
      place: 'bridge',
      depth: 1.5,
      table: { filename: 'c.csv', content: 'MSwy' },
      tags: ['wet'],
      marks: [{ level: 3 }],
      nearest: { id: 'b' },
      schema: 2,
      share: 0.3,
      remark: 'dry',
      ways: ['foot'],
    });
    await form().getByLabel('Kind').selectOption('Radar');
    expect(await form().getByLabel('Depth *').isVisible()).toBe(false);
    await form().getByRole('button', { name: 'Measure' }).click();
    await form().locator('[data-answer]', { hasText: '"kind": 2' }).waitFor();
    expect(await opened.answer()).toHaveProperty('depth', 0);
  });

  it('says at the field of an action to try what may not be left out, and asks nobody', async () => {
    const tried = opened.page.locator('[data-actions] details', { hasText: 'breaks' });
    const calls: string[] = [];
    opened.page.on('request', (request) => calls.push(request.url()));
    await tried.locator('summary').click();
    await tried.getByRole('button', { name: 'Call' }).click();
    await tried.getByText('An answer is needed here.').waitFor();
    expect(await tried.locator('input:focus').getAttribute('name')).toBe('river');
    expect(calls).toEqual([]);
    await tried.getByLabel('river *').fill('Isen');
    await tried.getByRole('button', { name: 'Call' }).click();
    await tried.getByText('The gauge is under water.').waitFor();
  });

  it('shows what the back end refuses in its own words, and texts as they stand', async () => {
    await form().getByRole('button', { name: 'Break' }).click();
    await form().getByText('The gauge is under water.').waitFor();
    await form().getByText('Wait for summer.').waitFor();
    await form().getByText('As <b>maps</b> have it.').waitFor();
    expect(await form().locator('b').count()).toBe(0);
    expect(await form().locator('strong', { hasText: 'once' }).count()).toBe(1);
    const manual = form().getByRole('link', { name: 'the manual' });
    expect(await manual.getAttribute('href')).toBe('https://manual.example/days');
    expect(await manual.getAttribute('rel')).toContain('noopener');
    expect(opened.faults).toEqual([]);
    await opened.picture('plugin-form');
  });
});
