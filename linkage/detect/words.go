package detect

import (
	"strings"
	"unicode"
)

// headers are the words that headers use, normalised by tokens: lower case,
// parts separated by _. A header is matched whole first, then by the longest
// run of its parts that stands here.
var headers = map[Role]string{
	RecordID: `id rec_id record_id unique_id uid row_id rowid row_number row nomor_baris no_urut no nomor urut index idx key record_key
		id_baris id_rekaman id_record recid uuid guid pk soundid source_id id_sumber`,
	Truth: `cluster cluster_id entity entity_id ent_id entid true_id truth label truth_id person_key true_match match_id group_id cluster_label
		ground_truth gold gold_id gt identity id_orang_asli orang entitas id_entitas kebenaran klaster id_klaster person_id id_orang master_id
		group group_id grup kelompok orig_id original_id dup_of duplicate_of pid eid clusterid entityid personid
		true_cluster true_entity true_person persona kunci_jawaban truth_cluster person`,
	Origin: `source source_dataset dataset data_source source_system system_source sumber asal_data sumber_data src origin source_name instansi
		instansi_asal file berkas nama_berkas source_file`,
	GivenName: `given_name givenname first_name firstname fname forename forename1 first given nama_depan namadepan christian_name prenom
		vorname nombre fname_c1 first_name1`,
	MiddleName: `middle_name middlename mname middle second_name nama_tengah forename2 other_names middle_initial fname_c2`,
	Surname: `surname last_name lastname lname family_name familyname last nama_belakang namabelakang nama_keluarga nama_marga marga sname
		nachname apellido nom lname_c1`,
	FullName: `full_name fullname name nama nama_lengkap namalengkap nama_lgkp nama_penduduk nama_orang nama_penerima nama_anggota
		nama_peserta nama_warga nama_art person_name first_and_surname first_and_last_name display_name complete_name nama_krt nama_siswa nama_pengurus
		patient_name customer_name client_name voter_name nm nm_lengkap nama_calon nama_pasien nama_asli nama_usulan contact_name party_name`,
	MotherName: `mother_name mothers_name mother_s_name mother mothername mother_full_name mothers_maiden_name mother_maiden_name maiden_name nama_ibu nama_ibu_kandung
		ibu_kandung nama_lgkp_ibu nama_lengkap_ibu ibu nm_ibu gadis_ibu nama_gadis_ibu_kandung mother_first_name mother_surname`,
	OtherName: `father_name fathers_name father nama_ayah nama_lgkp_ayah ayah nama_bapak bapak spouse_name spouse husband_name wife_name nama_suami
		nama_istri nama_pasangan parent_name guardian_name nama_wali kepala_keluarga nama_kepala_keluarga nama_kk nama_kep head_of_household
		household_head_name nm_ayah`,
	BirthDate: `dob date_of_birth birth_date birthdate birthday d_o_b dateofbirth birth_dt bdate born birth tanggal_lahir tgl_lahir tgl_lhr
		tanggallahir tgllahir lahir tgl_kelahiran tanggal_kelahiran tg_lahir date_birth person_dob patient_dob`,
	BirthYear: `birth_year yob year_of_birth birthyear by byear dob_year dob_y tahun_lahir thn_lahir year_born yearofbirth year_birth dobyear`,
	BirthMonth: `birth_month mob month_of_birth birthmonth bm bmonth dob_month dob_mon dob_m bulan_lahir bln_lahir monthofbirth month_birth
		dobmonth`,
	BirthDay: `birth_day day_of_birth birthday_day bd bday dob_day dob_d hari_lahir tgl_lahir_hari dayofbirth day_birth dobday`,
	OtherDate: `date tanggal tgl event_date admission_date visit_date registration_date death_date date_of_death tanggal_kematian tgl_mati dod
		tanggal_data marriage_date`,
	Age:        `age umur usia age_years age_at_enumeration umur_tahun usia_tahun`,
	BirthPlace: `birth_place birthplace place_of_birth pob tempat_lahir tmpt_lhr tmp_lahir tempatlahir tmpt_lahir kota_lahir birth_city town_of_birth`,
	Sex:        `sex gender jenis_kelamin jenis_klmin jk kelamin jns_kelamin jeniskelamin lp l_p sex_code gender_code jkel kode_jk`,
	PersonID: `nik no_nik nomor_nik nik_ktp no_ktp nomor_ktp ktp no_induk_kependudukan nomor_induk_kependudukan nomor_induk ssn soc_sec_id social_security
		social_security_number soc_sec national_id nationalid national_insurance nino nhs_number nhs_no tax_id npwp tax_number tfn passport
		passport_no passport_number no_paspor license_number licence_number drivers_licence medicare medicare_number medicare_no mrn patient_id
		hospital_number nisn nip voter_id voter_reg_num no_peserta citizen_id id_card id_number identity_number no_identitas bpjs no_bpjs
		no_kartu_bpjs nokartu no_rekening account_number aadhaar personnummer cpf curp dni`,
	Household: `kk no_kk nomor_kk nokk no_kartu_keluarga nomor_kartu_keluarga kartu_keluarga family_card family_card_number household_id household hh_id
		hhid family_id householdid household_number household_no id_keluarga id_rumah_tangga idbdt nomor_keluarga no_kk_asal kk_number family_number`,
	Phone: `phone phone_number telephone tel telp no_hp hp nomor_hp no_telp no_telepon nomor_telepon telepon handphone mobile mobile_number
		mobile_phone cell cellphone cell_phone phone_no contact_number home_phone msisdn whatsapp no_wa telephone_number`,
	Email: `email e_mail email_address mail surel emailaddress`,
	Postcode: `postcode postal_code zip zip_code zipcode postalcode post_code kode_pos kodepos plz postcode_fake res_postcode
		zip5 postal`,
	StreetNo: `street_number street_no house_number house_no house_num housenumber no_rumah nomor_rumah addr_number address_number building_number
		streetnumber`,
	Street: `street street_name address address_1 address_2 address1 address2 address_line_1 address_line_2 addr addr1 addr2 alamat alamat_lengkap alamat_rumah
		alamat_ktp alamat_domisili jalan nama_jalan street_address road res_street_address home_address full_address alamat_tinggal
		residential_address jln`,
	Unit: `rt rw rt_rw no_rt no_rw unit flat apartment block blok`,
	City: `city suburb town village locality municipality kota desa kelurahan desa_kelurahan kelurahan_desa kel_desa nama_kel nama_desa
		nama_kelurahan kel lurah place location city_name town_name parish res_city dusun lingkungan nama_dusun kampung alamat_desa village_name ward
		kode_desa kode_kelurahan no_kel`,
	District: `district kecamatan kec nama_kec nama_kecamatan county subdistrict sub_district kode_kecamatan kode_kec no_kec lga region_name`,
	State: `state province provinsi prov nama_prop nama_prov nama_provinsi kabupaten kab kabupaten_kota kab_kota nama_kab region
		country negara res_state state_code kode_kabupaten no_kab no_prop territory wilayah`,
	Occupation: `occupation job profession jenis_pkrjn pekerjaan jenis_pekerjaan employment job_title occ title_of_job mata_pencaharian`,
	Category: `race ethnicity ethnic religion agama marital_status status_kawin status_perkawinan kawin stat_kwn pendidikan education
		blood_type gol_darah hubungan_keluarga shdk hub_keluarga stat_hbkel status_hubungan relationship nationality kewarganegaraan title suffix
		name_suffix gelar status culture disabilitas hubungan hubungan_kepala_keluarga party`,
	Amount:   `price amount salary income harga penghasilan nilai jumlah weight height year`,
	Position: `latlon lat_lon latlong coordinates koordinat geo_point lat_long`,
	Words:    `description text notes note comment catatan keterangan deskripsi remarks abstract authors venue`,
	Derived:  `blocking_number nama_kunci name_key soundex soundex_name metaphone initials inisial first_initial`,
}

// byHeader is headers turned round.
var byHeader = func() map[string]Role {
	m := map[string]Role{}
	for _, role := range Roles() {
		for word := range strings.FieldsSeq(headers[role]) {
			if _, taken := m[word]; !taken {
				m[word] = role
			}
		}
	}
	return m
}()

// normal turns a header into the form of the table: "DateOfBirth (text)" is
// date_of_birth_text.
func normal(header string) string {
	var b strings.Builder
	var last rune
	runes := []rune(strings.TrimPrefix(strings.TrimSpace(header), "\uFEFF"))
	for i, r := range runes {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			starts := unicode.IsUpper(r) && (unicode.IsLower(last) || unicode.IsUpper(last) && i+1 < len(runes) && unicode.IsLower(runes[i+1]))
			if starts && b.Len() > 0 {
				b.WriteByte('_')
			}
			b.WriteRune(unicode.ToLower(r))
		case b.Len() > 0 && last != '_':
			b.WriteByte('_')
			last = '_'
			continue
		}
		last = r
	}
	return strings.Trim(strings.ReplaceAll(b.String(), "__", "_"), "_")
}

// nameOf finds the role that a header names and the words that say so. The
// words of parents win over the words they contain: mother_first_name.
func nameOf(header string) (Role, string, bool) {
	n := normal(header)
	if role, ok := byHeader[n]; ok {
		return role, n, true
	}
	parts := strings.Split(n, "_")
	for _, p := range parts {
		switch p {
		case "mother", "mothers", "ibu":
			return MotherName, p, false
		case "father", "fathers", "ayah", "spouse", "husband", "wife":
			return OtherName, p, false
		}
	}
	for size := len(parts) - 1; size > 0; size-- {
		for at := 0; at+size <= len(parts); at++ {
			words := strings.Join(parts[at:at+size], "_")
			role, ok := byHeader[words]
			if ok && (len(words) > 2 || role == PersonID || role == Household) && !weak[words] {
				return role, words, false
			}
		}
	}
	return "", "", false
}

// weak words say nothing as a part of a longer header.
var weak = map[string]bool{"id": true, "no": true, "nomor": true, "row": true, "key": true, "first": true, "last": true, "file": true, "index": true,
	"status": true, "title": true, "year": true, "date": true, "text": true, "given": true, "middle": true, "unit": true, "block": true, "place": true,
	"system": true, "region": true, "birth": true, "person": true, "match": true, "label": true, "tanggal": true, "tgl": true, "nilai": true, "jumlah": true,
	"weight": true, "height": true, "kel": true, "urut": true, "number": true, "orang": true, "hubungan": true, "nom": true, "mail": true, "tel": true, "note": true, "group": true, "grup": true, "kelompok": true, "pid": true, "eid": true}

// SameHeader says whether two headers are written alike: "Date of Birth" and
// date_of_birth.
func SameHeader(a, b string) bool { return a == b || normal(a) != "" && normal(a) == normal(b) }
