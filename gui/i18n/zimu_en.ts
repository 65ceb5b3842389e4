<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>ChangesPanel</name>
    <message numerus="yes">
        <source>%n change(s) against the machine&apos;s version.</source>
        <translation>
            <numerusform>%n change against the machine&apos;s version.</numerusform>
            <numerusform>%n changes against the machine&apos;s version.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Conflicts</name>
    <message numerus="yes">
        <source>%n without an answer: the timeline keeps its own.</source>
        <translation>
            <numerusform>%n without an answer: the timeline keeps its own.</numerusform>
            <numerusform>%n without an answer: the timeline keeps its own.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Corrector</name>
    <message numerus="yes">
        <source>Translate %n cue(s)</source>
        <translation>
            <numerusform>Translate %n cue</numerusform>
            <numerusform>Translate %n cues</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n cue(s) changed meanwhile and kept their texts.</source>
        <translation>
            <numerusform>%n cue changed meanwhile and kept its text.</numerusform>
            <numerusform>%n cues changed meanwhile and kept their texts.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message numerus="yes">
        <source>%n shot(s)</source>
        <translation>
            <numerusform>%n shot</numerusform>
            <numerusform>%n shots</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{shown} of %n shot(s)</source>
        <translation>
            <numerusform>{shown} of %n shot</numerusform>
            <numerusform>{shown} of %n shots</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>GlossaryDialog</name>
    <message numerus="yes">
        <source>%n term(s)</source>
        <translation>
            <numerusform>%n term</numerusform>
            <numerusform>%n terms</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new term(s) from the file.</source>
        <translation>
            <numerusform>%n new term from the file.</numerusform>
            <numerusform>%n new terms from the file.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>HostDialog</name>
    <message numerus="yes">
        <source>%n edit(s) taken over into the document.</source>
        <translation>
            <numerusform>%n edit taken over into the document.</numerusform>
            <numerusform>%n edits taken over into the document.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LabelDialog</name>
    <message numerus="yes">
        <source>Labels of %n scene(s)</source>
        <translation>
            <numerusform>Labels of %n scene</numerusform>
            <numerusform>Labels of %n scenes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Labels of %n shot(s)</source>
        <translation>
            <numerusform>Labels of %n shot</numerusform>
            <numerusform>Labels of %n shots</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Manage</name>
    <message numerus="yes">
        <source>The texts of %n cue(s) are on the clipboard.</source>
        <translation>
            <numerusform>The texts of %n cue are on the clipboard.</numerusform>
            <numerusform>The texts of %n cues are on the clipboard.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MemoryDialog</name>
    <message numerus="yes">
        <source>%n pair(s)</source>
        <translation>
            <numerusform>%n pair</numerusform>
            <numerusform>%n pairs</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pair(s) removed.</source>
        <translation>
            <numerusform>%n pair removed.</numerusform>
            <numerusform>%n pairs removed.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pair(s) read from the file.</source>
        <translation>
            <numerusform>%n pair read from the file.</numerusform>
            <numerusform>%n pairs read from the file.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pair(s) written to the file.</source>
        <translation>
            <numerusform>%n pair written to the file.</numerusform>
            <numerusform>%n pairs written to the file.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PacksDialog</name>
    <message numerus="yes">
        <source>%n language(s)</source>
        <translation>
            <numerusform>%n language</numerusform>
            <numerusform>%n languages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n second(s) left</source>
        <translation>
            <numerusform>%n second left</numerusform>
            <numerusform>%n seconds left</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PlanView</name>
    <message numerus="yes">
        <source>%n subtitle(s)</source>
        <translation>
            <numerusform>%n subtitle</numerusform>
            <numerusform>%n subtitles</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n cue(s) or mark(s)</source>
        <translation>
            <numerusform>%n cue or mark</numerusform>
            <numerusform>%n cues or marks</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ReviewPanel</name>
    <message numerus="yes">
        <source>%n cue(s) wait. Skip goes to the next one.</source>
        <translation>
            <numerusform>%n cue waits. Skip goes to the next one.</numerusform>
            <numerusform>%n cues wait. Skip goes to the next one.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TermDialog</name>
    <message numerus="yes">
        <source>The term is in the glossary; %n cue(s) were put right.</source>
        <translation>
            <numerusform>The term is in the glossary; %n cue was put right.</numerusform>
            <numerusform>The term is in the glossary; %n cues were put right.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ThresholdCurve</name>
    <message numerus="yes">
        <source>{kind} at {time}, sure to {share} %, %n frame(s)</source>
        <translation>
            <numerusform>{kind} at {time}, sure to {share} %, %n frame</numerusform>
            <numerusform>{kind} at {time}, sure to {share} %, %n frames</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ThresholdStrip</name>
    <message numerus="yes">
        <source>%n shot(s) at this threshold</source>
        <translation>
            <numerusform>%n shot at this threshold</numerusform>
            <numerusform>%n shots at this threshold</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n in the document</source>
        <translation>
            <numerusform>%n in the document</numerusform>
            <numerusform>%n in the document</numerusform>
        </translation>
    </message>
</context>
</TS>
