"""A name that a list keeps in several columns is taken whole, in the order its language says it."""

import pytest

from campaign.names.parts import HalfAName, find_name, join_words


@pytest.mark.parametrize(
    ("headings", "cells", "whole"),
    [
        ("Nom;Prénom;Pays", "MOULIN-TEST;Aude;France", "Aude MOULIN-TEST"),
        ("Prénom;Nom de famille", "Aude;Moulin", "Aude Moulin"),
        ("Name;Vorname", "Traum;Ilse", "Ilse Traum"),
        ("Vorname;Namenszusatz;Nachname", "Ilse;von;Traum", "Ilse von Traum"),
        ("Nombre;Apellidos", "Ana María;Prado Ulmo", "Ana María Prado Ulmo"),
        ("Nombre;Apellido 2;Apellido 1", "Ana;Ulmo;Prado", "Ana Prado Ulmo"),
        ("Nombres;Primer apellido;Segundo apellido", "Ana;Prado;Ulmo", "Ana Prado Ulmo"),
        ("Apellido paterno;Apellido materno;Nombres", "Prado;Ulmo;Ana", "Ana Prado Ulmo"),
        ("First Name,Last Name", "Jon,Berg", "Jon Berg"),
        ("Title,Forename,Middle name,Surname,Suffix", "Dr,Jon,K.,Berg,Jr.", "Jon K. Berg Jr."),
        ("SURNAME,FIRST NAME *", "Berg,Jon", "Jon Berg"),
        ("Name,Surname", "Jon,Berg", "Jon Berg"),
        ("姓,名", "王,小明", "王小明"),
        ("名,姓氏", "小明,王", "王小明"),
        ("氏,名", "山辺,花子", "山辺花子"),
        ("姓,名前", "Yamabe,Hanako", "Yamabe Hanako"),
        ("성,이름", "김,보기", "김보기"),
        ("First name,Last name", "小明,王", "王小明"),
        ("姓,名", "スミレ,ジョン", "スミレ ジョン"),
        ("Cognome;Nome", "Olmo;Ada", "Ada Olmo"),
        ("Apelido;Nome próprio", "Olmo;Ada", "Ada Olmo"),
        ("Nome;Sobrenome", "Ada;Olmo", "Ada Olmo"),
        ("Voornaam;Tussenvoegsel;Achternaam", "Jan;van der;Voorbeeld", "Jan van der Voorbeeld"),
        ("Naam;Voornaam", "Voorbeeld;Jan", "Jan Voorbeeld"),
        ("Nazwisko;Imię", "Wzór;Ala", "Ala Wzór"),
        ("Příjmení;Jméno", "Vzorová;Eva", "Eva Vzorová"),
        ("Efternamn;Förnamn", "Exempel;Siv", "Siv Exempel"),
        ("Fornavn;Efternavn", "Siv;Eksempel", "Siv Eksempel"),
        ("Etternavn;Fornavn", "Eksempel;Siv", "Siv Eksempel"),
        ("Sukunimi;Etunimi", "Esimerkki;Aino", "Aino Esimerkki"),
        ("Keresztnév;Családnév", "Márta;Kővári", "Kővári Márta"),
        ("Név;Utónév", "Kővári;Márta", "Kővári Márta"),
        ("Vardas;Pavardė", "Ona;Pavyzdė", "Ona Pavyzdė"),
        ("Прізвище;Ім’я;По батькові", "Зразок;Ольга;Іванівна", "Ольга Іванівна Зразок"),
        ("Фамилия;Имя;Отчество", "Образец;Ольга;Ивановна", "Ольга Ивановна Образец"),
        ("Име;Презиме;Фамилия", "Ана;Петрова;Примерова", "Ана Петрова Примерова"),
        ("Презиме;Име", "Пример;Ана", "Ана Пример"),
        ("Adı;Soyadı", "Ayşe;Örnek", "Ayşe Örnek"),
        ("Họ;Tên đệm;Tên", "Ví;Thị;Dụ", "Ví Thị Dụ"),
        ("الاسم الأول;اسم العائلة", "ليلى;المثال", "ليلى المثال"),
        ("שם משפחה;שם פרטי", "דוגמה;רות", "רות דוגמה"),
        ("ئىسمى;فامىلىسى", "گۈلنار;مىسال", "گۈلنار مىسال"),
        ("Επώνυμο;Όνομα", "Δείγμα;Άννα", "Άννα Δείγμα"),
        ("Nume;Prenume", "Exemplu;Ana", "Ana Exemplu"),
        ("Ime;Prezime", "Ana;Primjer", "Ana Primjer"),
        ("Nom;Cognoms", "Aina;Exemple Prova", "Aina Exemple Prova"),
        ("Full name,First name", "Jon Berg,Jon", "Jon Berg"),
        ("Name,First name,Last name", "Jon Berg,Jon,Berg", "Jon Berg"),
        ("Name;Vorname", "Ilse Traum;Ilse", "Ilse Traum"),
        ("Name;Vorname", "Martin;Martin", "Martin Martin"),
        ("First name,Last name", ",Madonna-Test", "Madonna-Test"),
        ("First name,Last name", "Sukarno-Test", "Sukarno-Test"),
        ("Nom", "Aude Moulin", "Aude Moulin"),
        ("Nom;Geburtsname", "Aude Moulin;Berg", "Aude Moulin"),
    ],
)
def test_a_name_in_parts_is_taken_whole(headings: str, cells: str, whole: str) -> None:
    sign = ";" if ";" in headings else ","
    columns = find_name(headings.split(sign))
    assert columns is not None
    assert columns.join(cells.split(sign)) == whole


@pytest.mark.parametrize("heading", ["Vorname", "Last name", "名", "Prénom", "Apellidos", "Отчество"])
def test_half_a_name_alone_is_none(heading: str) -> None:
    with pytest.raises(HalfAName):
        find_name(["Country", heading])


def test_parts_are_joined_as_their_script_does() -> None:
    assert (join_words(["王", "小明"]), join_words(["Ana ", "", " Prado"])) == ("王小明", "Ana Prado")
