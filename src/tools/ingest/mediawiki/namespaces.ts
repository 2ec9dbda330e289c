/** The names of the namespaces for files and categories in the languages of Wikipedia, whose links show no text. */

const FILES = `file image media bild datei fichier archivo imagen ficheiro imagem arquivo immagine bestand afbeelding plik grafika fil
файл изображение зображення файл billede ファイル 画像 文件 档案 檔案 图像 圖像 파일 그림 ملف صورة پرونده تصویر קובץ תמונה tiedosto kuva soubor
súbor obrázok fájl kép dosya resim tập_tin hình berkas gambar fișier fişier imagine αρχείο εικόνα datoteka slika датотека слика
vaizdas attēls pilt fail fitxer imatge fitxategi irudi skrá mynd चित्र ไฟล์ ภาพ картинка файл media`;
const CATEGORIES = `category kategorie catégorie categoría categoria categorie kategoria kategori категория категорія カテゴリ 分类 分類 분류
تصنيف رده קטגוריה luokka kategória kategorija категорија kategoriya thể_loại kategori κατηγορία κατηγορια katégori kategooria kategorija
categorio श्रेणी หมวดหมู่ categorîe flokkur kategorio`;

const names = (text: string) => text.split(/\s+/).map((name) => name.replaceAll('_', ' '));
const NAMES = new Map<string, string>([
  ...names(FILES).map((name) => [name, 'File'] as const),
  ...names(CATEGORIES).map((name) => [name, 'Category'] as const),
]);
NAMES.set('media', 'File');

/** What is linked by an ending of these is a file, under whatever name its namespace has. */
const FILE_NAME =
  /^[^[\]|\n]*\.(?:jpe?g|png|gif|svg|webp|tiff?|bmp|pdf|djvu|og[agv]|oga|wav|mp3|mp4|mid|webm|flac|opus|stl)\s*(?:\||\]\])/i;

/** Of a name with the spaces around it. */
const LONGEST = 26;

/** The place of the colon of a link's prefix, where it begins with one. */
function prefixEnd(wikitext: string, from: number): number {
  const end = Math.min(wikitext.length, from + LONGEST);
  for (let at = from; at < end; at++) {
    const code = wikitext.charCodeAt(at);
    if (code === 0x3a) return at;
    // `|`, `[`, `]`, a line end: a link without one.
    if (code === 0x7c || code === 0x5b || code === 0x5d || code === 0x0a) return -1;
  }
  return -1;
}

function isFileName(wikitext: string, colon: number): boolean {
  return FILE_NAME.test(wikitext.slice(colon + 1, colon + 300));
}

/** `[[Bild:` and its like under the English name, which the rest of the code knows. */
export function withEnglishNamespaces(wikitext: string): string {
  let kept = '';
  let from = 0;
  for (let at = wikitext.indexOf('[['); at >= 0; at = wikitext.indexOf('[[', at + 2)) {
    const colon = prefixEnd(wikitext, at + 2);
    if (colon < 0) continue;
    const name = wikitext.slice(at + 2, colon);
    const known = NAMES.get(name.replaceAll('_', ' ').trim().toLowerCase());
    const english = known ?? (name.trim() !== '' && isFileName(wikitext, colon) ? 'File' : undefined);
    if (english === undefined || english === name) continue;
    kept += `${wikitext.slice(from, at)}[[${english}`;
    from = colon;
  }
  return from === 0 ? wikitext : kept + wikitext.slice(from);
}
