from django import forms


class HoursForm(forms.Form):
    text = forms.CharField(label="When you are open", max_length=1000, widget=forms.Textarea)
