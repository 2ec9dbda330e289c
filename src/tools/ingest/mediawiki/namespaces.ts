/** The names of the namespaces for files and categories in the languages of Wikipedia, whose links show no text. */

const FILES = `file image media bild datei fichier archivo imagen ficheiro imagem arquivo immagine bestand afbeelding plik grafika fil
файл изображение зображення файл ファイル 画像 文件 档案 檔案 图像 圖像 파일 그림 ملف صورة پرونده تصویر קובץ תמונה tiedosto kuva soubor
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

const PREFIX = /\[\[[ _]*([^\s[\]|:#<>{}]{2,14}(?:[ _][^\s[\]|:#<>{}]{2,6})?)[ _]*:/g;

/** `[[Bild:` and its like under the English name, which the rest of the code knows. */
export function withEnglishNamespaces(wikitext: string): string {
  return wikitext.replace(PREFIX, (link, name: string) => {
    const english = NAMES.get(name.toLowerCase().replaceAll('_', ' '));
    return english ? `[[${english}:` : link;
  });
}
