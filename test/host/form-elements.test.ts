import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { withoutBrowser } from './browser.js';
import { canShowForms, FormPage } from './form-page.js';

const descriptor = `name: Ferry
version: 1.0.0
summary: Sails
backend: {package: hello-mortise, version: 1.0.0}
backend_component: Ferry
form:
  - {type: message, level: warning, label: Low water, text: Not below two metres.}
  - {type: link, url: 'https://example.org/tides', text: Tides}
  - {type: link, url: 'https://example.org/harbours', label: Harbours}
  - {type: text, name: append, label: Note}
  - type: section
    label: Voyage
    help: When it is to sail.
    elements:
      - {type: date, name: day, label: Day, min: '2030-01-02', default: '2030-02-03', required: true}
      - {type: date, name: hour, label: Hour, format: time, max: '20:00'}
      - {type: date, name: sails, label: Sails at, format: date-time, default: '2030-02-03T04:05:00Z', min: '2030-01-01T00:00:00Z'}
      - {type: date, name: lasts, label: Lasts, format: duration}
  - type: section
    label: Rarely asked
    collapsed: true
    elements: [{type: text, name: flag, label: Flag, required: true, default: red}]
  - {type: secret, name: key, label: Key, multiline: true}
  - {type: secret, name: word, label: Word}
  - {type: boolean, name: cargo, label: Cargo, style: toggle}
  - {type: select, name: class, label: Class, style: radio, options: [deck, {value: 2, label: Cabin, help: With a window.}], default: deck}
  - {type: select, name: meals, label: Meals, style: checkboxes, multiple: true, options: [noon, night], default: [night]}
  - {type: file, name: papers, label: Papers}
  - {type: text, name: from, label: From}
  - {type: select, name: port, label: Port, options_from: {operation: ports, depends_on: [from]}}
  - {type: table, name: ship, label: Ship, columns: [{name: id, label: Ship}, {name: berths}], rows_from: {operation: ships}}
  - {type: table, name: none, label: None yet, columns: [{name: id}], rows_from: {operation: nothing}}
  - type: conditional
    test: cargo
    cases: {true: [{type: integer, name: tonnes, label: Tonnes}], false: []}
  - {type: repeat, name: guests, label: Guests, max: 2, elements: [{type: text, name: who, label: Who}]}
  - {type: hidden, name: schema, value: 2}
  - {type: action, label: Book, operation: book, confirm: This costs money., tooltip: Pays at once.}
  - {type: action, label: Look again, operation: refuse}
`;

const code = `import time


class Wrong(Exception):
    cause = "Not all of it is right."
    assistance = "Mend what is marked."
    data = {"flag": "No ship has that flag.", "sails": "It is full.", "elsewhere": "Nobody asked."}


class Ferry:
    def book(self, **given) -> dict:
        time.sleep(0.3)
        return given

    def refuse(self) -> dict:
        raise Wrong()

    def ports(self, **given) -> list:
        if given["from"].startswith("x"):
            raise Wrong()
        return ["Husum", given["from"]]

    def ships(self) -> list:
        return [{"id": "Adler", "berths": 4}, {"id": "Möwe", "berths": 12}]

    def nothing(self) -> list:
        return []
`;

(canShowForms ? describe : describe.skip)(`every element of a form${withoutBrowser}`, () => {
  let opened: FormPage;

  beforeAll(async () => {
    opened = await FormPage.open(descriptor, code);
  });

  afterAll(() => opened.close());

  const field = (label: string) => opened.form.getByLabel(label, { exact: true });
  const problemAt = async (label: string): Promise<string> => {
    const described = await field(label).getAttribute('aria-describedby');
    return opened.form.locator(`#${described!.split(' ')[0]}`).innerText();
  };
  // The label of a menu is around it, with its options.
  const port = () => opened.form.getByLabel(/^Port/);
  const book = () => opened.form.getByRole('button', { name: 'Book' });
  const callsOf = (operation: string): { count: number } => {
    const calls = { count: 0 };
    opened.page.on('request', (request) => {
      if (request.url().endsWith(`/actions/${operation}`)) calls.count += 1;
    });
    return calls;
  };

  it('shows what is only to be read, with what it is called', async () => {
    await opened.form.getByText('Low water').waitFor();
    await opened.form.getByText('When it is to sail.').waitFor();
    await opened.form.getByText('Pays at once.').waitFor();
    expect(await opened.form.getByRole('link', { name: 'Tides' }).getAttribute('rel')).toContain('noopener');
    expect(await opened.form.getByRole('link', { name: 'Harbours' }).getAttribute('href')).toBe(
      'https://example.org/harbours',
    );
    await opened.form
      .getByRole('group', { name: 'None yet' })
      .getByText('There is nothing to choose from.')
      .waitFor();
    await opened.form.getByText('* has to be answered').waitFor();
  });

  it('lets nobody read a secret over the shoulder, of one line or of many', async () => {
    const shown = (name: string) =>
      opened.page.evaluate(
        `getComputedStyle(document.querySelector('[data-form] [name="${name}"]')).webkitTextSecurity`,
      );
    expect([await shown('key'), await shown('word')]).toEqual(['disc', 'disc']);
    expect(await field('Key').getAttribute('spellcheck')).toBe('false');
  });

  it('says at a date, a duration, and a field out of sight, what is wrong', async () => {
    await field('Day *').fill('2030-01-01');
    await field('Hour').fill('21:00');
    await field('Lasts').fill('two days');
    await opened.form.getByText('Rarely asked').click();
    await field('Flag *').fill('');
    await opened.form.getByText('Rarely asked').click();
    await book().click();
    expect(await problemAt('Day *')).toBe('Not before 2030-01-02.');
    expect(await problemAt('Hour')).toBe('Not after 20:00.');
    expect(await problemAt('Lasts')).toContain('P1DT2H');
    expect(await field('Flag *').isVisible()).toBe(true);
    await field('Day *').fill('2030-01-03');
    await field('Hour').fill('19:30');
    await field('Lasts').fill('PT90M');
    await field('Flag *').fill('red');
  });

  it('takes no file that no call could carry', async () => {
    const buffer = Buffer.alloc(12 * 2 ** 20);
    await field('Papers').setInputFiles({ name: 'p.pdf', mimeType: 'application/pdf', buffer });
    await book().click();
    expect(await problemAt('Papers')).toBe('p.pdf is larger than 11 MiB.');
    await field('Papers').setInputFiles({ name: 'p.txt', mimeType: 'text/plain', buffer: Buffer.from('hé') });
  });

  it('asks for options once they have been typed, and not at every key after a failure', async () => {
    const calls = callsOf('ports');
    await field('From').pressSequentially('xyz', { delay: 20 });
    await opened.form.getByText('Not all of it is right.').waitFor();
    await field('Note').pressSequentially('unrelated to it', { delay: 10 });
    expect(calls.count).toBe(1);
    await field('From').fill('Amrum');
    await port().locator('option', { hasText: 'Amrum' }).waitFor({ state: 'attached' });
    expect(calls.count).toBeLessThanOrEqual(3);
    await port().selectOption('Husum');
    await field('From').fill('Sylt');
    await port().locator('option', { hasText: 'Sylt' }).waitFor({ state: 'attached' });
    expect(await port().locator('option:checked').innerText()).toBe('Husum');
  });

  it('asks before it does what can not be taken back, and is called once, all by keyboard', async () => {
    const calls = callsOf('book');
    await opened.page.getByRole('radio', { name: 'deck' }).focus();
    await opened.page.keyboard.press('ArrowDown');
    await opened.page.getByRole('checkbox', { name: 'noon' }).press('Space');
    await opened.page.getByRole('switch', { name: 'Cargo' }).press('Space');
    await field('Tonnes').fill('3');
    await opened.page.getByRole('radio', { name: 'Adler, 4' }).press('Space');
    const add = opened.form.getByRole('button', { name: 'Add' });
    await add.press('Enter');
    await opened.page.keyboard.type('Ada');
    await add.press('Enter');
    await opened.form.getByRole('button', { name: 'Remove 2' }).press('Enter');
    expect(await add.and(opened.page.locator(':focus')).count()).toBe(1);
    const asked: string[] = [];
    opened.page.once('dialog', (dialog) => void (asked.push(dialog.message()), dialog.dismiss()));
    await book().press('Enter');
    expect(calls.count).toBe(0);
    opened.page.once('dialog', (dialog) => void (asked.push(dialog.message()), dialog.accept()));
    await book().press('Enter');
    await book().press('Enter');
    const answer = await opened.answer();
    expect(asked).toEqual(['This costs money.', 'This costs money.']);
    expect(calls.count).toBe(1);
    expect(await book().and(opened.page.locator(':focus')).count()).toBe(1);
    expect(answer).toEqual({
      append: 'unrelated to it',
      day: '2030-01-03',
      hour: '19:30',
      sails: '2030-02-03T04:05:00Z',
      lasts: 'PT90M',
      flag: 'red',
      cargo: true,
      class: 2,
      meals: ['noon', 'night'],
      papers: { filename: 'p.txt', content: 'aMOp' },
      from: 'Sylt',
      port: 'Husum',
      ship: { id: 'Adler', berths: 4 },
      tonnes: 3,
      guests: [{ who: 'Ada' }],
      schema: 2,
    });
  });

  it("says at the fields what the back end found wrong, and what it didn't place below", async () => {
    await opened.form.getByText('Rarely asked').click();
    await opened.form.getByRole('button', { name: 'Look again' }).click();
    await opened.form.getByText('Mend what is marked.').waitFor();
    expect(await problemAt('Flag *')).toBe('No ship has that flag.');
    expect(await problemAt('Sails at')).toBe('It is full.');
    expect(await opened.form.locator('[data-answer]').innerText()).toContain('elsewhere: Nobody asked.');
    expect(await field('Sails at').and(opened.page.locator(':focus')).count()).toBe(1);
    await field('Flag *').fill('blue');
    expect(await field('Flag *').getAttribute('aria-invalid')).toBe('false');
  });

  it('fits on a phone, in light and in dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await opened.page.emulateMedia({ colorScheme });
      await opened.page.setViewportSize({ width: 1280, height: 900 });
      await opened.picture(`form-elements-${colorScheme}`);
      await opened.page.setViewportSize({ width: 390, height: 800 });
      await opened.picture(`form-elements-${colorScheme}-phone`);
      const width = await opened.page.evaluate('document.documentElement.scrollWidth');
      expect(width).toBeLessThanOrEqual(390);
    }
    expect(opened.faults).toEqual([]);
  });
});
