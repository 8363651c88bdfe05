package sheet

import (
	"bytes"
	"encoding/binary"
	"strings"

	"tepat/internal/fault"
)

// refuse answers a recognised kind that is not read with its sentence.
func refuse(key string, args ...any) func(file) (Book, error) {
	return func(file) (Book, error) { return nil, fault.NewInvalid(key, args...) }
}

func isNothing(head []byte) bool { return len(head) == 0 }
func isZip(head []byte) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06"))
}
func isOLE(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"))
}
func isRTF(head []byte) bool { return bytes.HasPrefix(head, []byte(`{\rtf`)) }

// isPDF looks a little further in: scanners put rubbish before the mark.
func isPDF(head []byte) bool { return bytes.Contains(head[:min(len(head), 1024)], []byte("%PDF-")) }

// isOldBIFF recognises xls of Excel 2 to 4, a bare stream that starts with a BOF record.
func isOldBIFF(head []byte) bool {
	return len(head) >= 8 && head[0] == 0x09 && (head[1] == 0 || head[1] == 2 || head[1] == 4) &&
		(head[2] == 4 || head[2] == 6) && head[3] == 0
}

// isBareBIFF recognises a stream of xls records that no container is around.
func isBareBIFF(head []byte) bool {
	return len(head) >= 12 && head[0] == 0x09 && head[1] == 0x08 && (head[2] == 8 || head[2] == 16) && head[3] == 0
}

var pictures = []struct{ name, mark string }{
	{"PNG", "\x89PNG\r\n\x1a\n"},
	{"JPEG", "\xFF\xD8\xFF"},
	{"GIF", "GIF87a"},
	{"GIF", "GIF89a"},
	{"TIFF", "II*\x00"},
	{"TIFF", "MM\x00*"},
}

func pictureKind(head []byte) string {
	for _, p := range pictures {
		if bytes.HasPrefix(head, []byte(p.mark)) {
			return p.name
		}
	}
	if len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP" {
		return "WebP"
	}
	if len(head) >= 12 && string(head[4:8]) == "ftyp" && strings.Contains("heic heix mif1 avif", string(head[8:12])) {
		return "HEIC"
	}
	// "BM" alone may begin a table; a bitmap also has four reserved zero bytes.
	if len(head) >= 14 && string(head[:2]) == "BM" && binary.LittleEndian.Uint32(head[6:]) == 0 {
		return "BMP"
	}
	return ""
}

func isPicture(head []byte) bool { return pictureKind(head) != "" }

func refusePicture(f file) (Book, error) {
	return nil, fault.NewInvalid("sheet.picture", pictureKind(f.head))
}

func isArchive(head []byte) bool {
	for _, mark := range []string{"Rar!\x1a\x07", "7z\xBC\xAF\x27\x1C", "\x1f\x8b\x08", "BZh", "\xFD7zXZ\x00"} {
		if bytes.HasPrefix(head, []byte(mark)) {
			return true
		}
	}
	return false
}

// opening returns the start of a text file in lower case, without mark and spaces.
func opening(head []byte) string {
	head = head[:min(len(head), 2048)]
	if even, odd := nulShare(head); even > 0.3 || odd > 0.3 {
		head = bytes.ReplaceAll(head, []byte{0}, nil) // UTF-16; tags are ASCII
		head = bytes.TrimLeft(head, "\xFE\xFF")
	}
	s := strings.TrimPrefix(string(head), "\uFEFF")
	return strings.ToLower(strings.TrimSpace(s))
}

// isMHTML recognises the web archive that Excel calls a single file web page.
func isMHTML(head []byte) bool {
	s := opening(head)
	return strings.HasPrefix(s, "mime-version:") && strings.Contains(s, "multipart/related")
}

func isHTML(head []byte) bool {
	s := opening(head)
	for _, mark := range []string{"<!doctype html", "<html", "<table", "<head", "<body", "<meta", "<style", "<div"} {
		if strings.HasPrefix(s, mark) {
			return true
		}
	}
	markup := strings.HasPrefix(s, "<?xml") || strings.HasPrefix(s, "<!--")
	return markup && (strings.Contains(s, "<html") || strings.Contains(s, "<table"))
}

func isSpreadsheetXML(head []byte) bool { return strings.HasPrefix(opening(head), "<?xml") }
