// Five pictures that the project draws itself, for the playground page and for tests. It must not know the backend.
import sharp from 'sharp';

export type SamplePicture = {
  filename: string;
  mimeType: 'image/jpeg' | 'image/png' | 'image/webp';
  width: number;
  height: number;
  /** What is to be seen, for people who do not see it. */
  description: string;
  draw: () => Promise<Buffer>;
};

type Drawing = Omit<SamplePicture, 'draw'> & { svg: string };

export const samplePictures: readonly SamplePicture[] = [
  beach(),
  mountains(),
  city(),
  coffee(),
  forest(),
].map(({ svg, ...picture }) => ({
  ...picture,
  draw: () => encode(svg, picture),
}));

async function encode(
  svg: string,
  { width, height, mimeType }: Pick<SamplePicture, 'width' | 'height' | 'mimeType'>,
): Promise<Buffer> {
  const image = sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${svg}</svg>`,
    ),
  );
  if (mimeType === 'image/png') return image.removeAlpha().png({ palette: true, quality: 90 }).toBuffer();
  if (mimeType === 'image/webp') return image.removeAlpha().webp({ quality: 86 }).toBuffer();
  return image.jpeg({ quality: 86 }).toBuffer();
}

function gradient(id: string, ...stops: readonly string[]): string {
  const marks = stops.map(
    (color, index) => `<stop offset="${index / (stops.length - 1)}" stop-color="${color}"/>`,
  );
  return `<linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1">${marks.join('')}</linearGradient>`;
}

/** A repeatable scatter of numbers from 0 to 1: pictures must be the same on every machine. */
function scatter(count: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  });
}

function beach(): Drawing {
  const glints = scatter(60, 7).map(
    (x, index) =>
      `<rect x="${700 + (x - 0.5) * (60 + index * 6)}" y="${640 + index * 4.2}" width="${30 + x * 50}" height="3" rx="1.5" fill="#ffe9b0" opacity="${0.75 - index / 100}"/>`,
  );
  const svg = `<defs>${gradient('s', '#2b1a5a', '#a8417c', '#ff8a5c', '#ffd27a')}${gradient('w', '#e88a62', '#5b3a78', '#1f2a5c')}${gradient('b', '#c99668', '#8a5a44')}</defs>
    <rect width="1600" height="640" fill="url(#s)"/><circle cx="715" cy="600" r="130" fill="#fff1b8"/><circle cx="715" cy="600" r="190" fill="#fff1b8" opacity=".22"/>
    <rect y="630" width="1600" height="300" fill="url(#w)"/>${glints.join('')}
    <path d="M0 880 C300 830 520 930 820 880 S1360 840 1600 890 V1067 H0Z" fill="url(#b)"/><path d="M0 880 C300 830 520 930 820 880 S1360 840 1600 890" fill="none" stroke="#fbe6d0" stroke-width="9" opacity=".75"/>
    <g fill="#24143c"><path d="M1290 930 C1280 760 1300 620 1370 500 L1388 508 C1325 630 1312 770 1320 930Z"/><g transform="translate(1378 504)"><path d="M0 0C-90-80-190-70-260 0C-180-40-90-30 0 0Z"/><path d="M0 0C-60-130-150-170-230-150C-150-120-70-70 0 0Z"/><path d="M0 0C60-110 150-130 210-100C140-90 60-50 0 0Z"/><path d="M0 0C90-50 170-20 210 50C140 0 70-10 0 0Z"/><path d="M0 0C-80-10-150 60-170 130C-120 70-70 30 0 0Z"/></g></g>
    <g fill="none" stroke="#2b1a5a" stroke-width="5"><path d="M330 250q24-26 48 0q24-26 48 0"/><path d="M450 320q18-20 36 0q18-20 36 0"/></g>`;
  return {
    filename: 'beach-at-sunset.jpg',
    mimeType: 'image/jpeg',
    width: 1600,
    height: 1067,
    description: 'A palm tree on a beach while the sun sets into the sea.',
    svg,
  };
}

function mountains(): Drawing {
  const pines = scatter(46, 21).map((x, index) => {
    const left = index * 42 - 20;
    const tall = 90 + x * 90;
    return `<path d="M${left} 1080 l32 -${tall} l32 ${tall}Z" fill="#12343b" opacity="${0.75 + x * 0.25}"/>`;
  });
  const svg = `<defs>${gradient('s', '#7fc4e8', '#d8eef5', '#fdf3e0')}${gradient('l', '#78b6c9', '#2c6a82')}</defs><rect width="1920" height="1080" fill="url(#s)"/>
    <circle cx="1480" cy="230" r="80" fill="#fff6d0"/><path d="M0 620 L260 380 L430 520 L700 230 L980 560 L1180 400 L1460 640 L1700 460 L1920 620 V900 H0Z" fill="#8aa6bd"/>
    <path d="M700 230 L590 348 L660 372 L705 330 L760 390 L822 374Z M260 380 L196 440 L262 456 L318 428Z" fill="#fff"/>
    <path d="M0 760 L320 540 L620 740 L940 520 L1280 760 L1560 600 L1920 780 V900 H0Z" fill="#4d7488"/><rect y="790" width="1920" height="290" fill="url(#l)"/>
    <g stroke="#e9f6f8" stroke-width="3" opacity=".5"><path d="M200 860h300M720 900h420M1300 850h260M420 960h240M1100 980h380"/></g>${pines.join('')}`;
  return {
    filename: 'mountain-lake.png',
    mimeType: 'image/png',
    width: 1920,
    height: 1080,
    description: 'Snowy mountains over a quiet lake with pine trees.',
    svg,
  };
}

function city(): Drawing {
  const chance = scatter(2000, 99);
  const towers = Array.from({ length: 13 }, (_, index) => {
    const tall = 420 + (chance[index] ?? 0) * 620;
    const left = index * 86 - 20;
    const windows = Array.from({ length: Math.floor(tall / 44) * 3 }, (_, cell) => {
      const isLit = (chance[100 + index * 70 + cell] ?? 0) > 0.45;
      const top = 1420 - tall + 24 + Math.floor(cell / 3) * 44;
      return isLit
        ? `<rect x="${left + 16 + (cell % 3) * 26}" y="${top}" width="14" height="22" fill="${cell % 5 === 0 ? '#9fd8ff' : '#ffd98a'}"/>`
        : '';
    });
    return `<rect x="${left}" y="${1420 - tall}" width="98" height="${tall}" fill="${index % 2 === 0 ? '#161b3d' : '#1f2650'}"/>${windows.join('')}`;
  });
  const stars = chance
    .slice(1500, 1640)
    .map(
      (x, index) =>
        `<circle cx="${x * 1080}" cy="${(chance[1700 + index] ?? 0) * 620}" r="${1 + x * 2}" fill="#fff" opacity="${0.4 + x * 0.6}"/>`,
    );
  const svg = `<defs>${gradient('s', '#070a24', '#232a6b', '#6a3f8e', '#c8688b')}${gradient('r', '#3a2a66', '#0b0e2b')}</defs><rect width="1080" height="1440" fill="url(#s)"/>${stars.join('')}
    <path d="M830 180 A90 90 0 1 0 912 306 A76 76 0 0 1 830 180Z" fill="#fdf6dc"/>${towers.join('')}<rect y="1410" width="1080" height="210" fill="url(#r)"/>
    <g opacity=".6"><rect x="120" y="1450" width="130" height="5" fill="#ffd98a"/><rect x="420" y="1490" width="220" height="5" fill="#9fd8ff"/><rect x="760" y="1460" width="170" height="5" fill="#ffd98a"/><rect x="240" y="1550" width="320" height="5" fill="#ff9fb8"/></g>`;
  return {
    filename: 'city-at-night.webp',
    mimeType: 'image/webp',
    width: 1080,
    height: 1620,
    description: 'Lit towers under a crescent moon.',
    svg,
  };
}

function coffee(): Drawing {
  const planks = Array.from(
    { length: 7 },
    (_, index) =>
      `<rect y="${760 + index * 64}" width="1200" height="60" fill="${index % 2 === 0 ? '#9b6a43' : '#8d5e3b'}"/>`,
  );
  const svg = `<defs>${gradient('w', '#f6e7d2', '#e8cba7')}${gradient('c', '#ffffff', '#dfe6ea')}</defs><rect width="1200" height="770" fill="url(#w)"/>${planks.join('')}
    <rect x="90" y="90" width="330" height="440" rx="14" fill="#bfe3ef"/><path d="M90 250h330M255 90v440" stroke="#fffaf0" stroke-width="16"/><rect x="90" y="90" width="330" height="440" rx="14" fill="none" stroke="#fffaf0" stroke-width="24"/>
    <ellipse cx="640" cy="930" rx="330" ry="62" fill="#6f4529" opacity=".5"/><ellipse cx="620" cy="900" rx="300" ry="56" fill="#f4f7f8"/><path d="M420 600 h400 c0 190 -70 290 -200 290 s-200 -100 -200 -290Z" fill="url(#c)"/>
    <path d="M812 640 c120 -20 140 150 -30 160" fill="none" stroke="#e8eef0" stroke-width="36"/><ellipse cx="620" cy="602" rx="200" ry="48" fill="#e4ebee"/><ellipse cx="620" cy="606" rx="176" ry="38" fill="#5b3420"/><path d="M560 604c20-22 60-14 60 6c0-20 44-26 58-4c8 18-40 26-58 26s-66-12-60-28Z" fill="#e9c9a0"/>
    <g fill="none" stroke="#fff" stroke-width="14" stroke-linecap="round" opacity=".65"><path d="M560 520c-30-50 30-80 0-140"/><path d="M640 510c-30-60 34-90 0-170"/></g>
    <g transform="translate(930 720)"><path d="M0 170 l20 -150 h120 l20 150Z" fill="#c5643f"/><path d="M80 20C20-90 30-170 80-220C130-170 140-90 80 20Z" fill="#4f9a68"/><path d="M80 20C-20-30-50-100-40-150C30-130 70-70 80 20Z" fill="#3f8257"/><path d="M80 20C180-30 210-100 200-150C130-130 90-70 80 20Z" fill="#5fae79"/></g>`;
  return {
    filename: 'coffee-on-the-table.jpg',
    mimeType: 'image/jpeg',
    width: 1200,
    height: 1200,
    description: 'A cup of coffee and a plant on a wooden table.',
    svg,
  };
}

function forest(): Drawing {
  const trunks = scatter(14, 5).map((x, index) => {
    const left = index * 96 - 40 + x * 40;
    const wide = 26 + (index % 4) * 14;
    return `<path d="M${left} 1600 L${left + wide * 0.25} 0 h${wide * 0.5} L${left + wide} 1600Z" fill="${index % 3 === 0 ? '#24382c' : '#365243'}" opacity="${0.55 + x * 0.45}"/>`;
  });
  const leaves = scatter(160, 77).map(
    (x, index) =>
      `<circle cx="${((index * 137) % 1200) + x * 60}" cy="${(x * 7919) % 520}" r="${24 + x * 60}" fill="${index % 3 === 0 ? '#7fae5a' : '#4f8a4c'}" opacity=".5"/>`,
  );
  const svg = `<defs>${gradient('s', '#f4f3c9', '#b9d78c', '#5f8f5a')}${gradient('p', '#f0dca8', '#b98b58')}</defs><rect width="1200" height="1600" fill="url(#s)"/>
    <path d="M380 0 L820 0 L1000 1600 L120 1600Z" fill="#fffbd6" opacity=".35"/>${trunks.join('')}<path d="M0 1120 C300 1060 900 1060 1200 1120 V1600 H0Z" fill="#3d6a3f"/>
    <path d="M560 1090 C640 1180 480 1300 330 1600 H860 C740 1320 700 1190 620 1088Z" fill="url(#p)"/>${leaves.join('')}
    <g fill="#f5c6d0"><circle cx="180" cy="1300" r="13"/><circle cx="250" cy="1390" r="11"/><circle cx="980" cy="1330" r="14"/><circle cx="1060" cy="1460" r="12"/></g>`;
  return {
    filename: 'forest-path.jpg',
    mimeType: 'image/jpeg',
    width: 1200,
    height: 1600,
    description: 'A sandy path through a sunny forest.',
    svg,
  };
}
